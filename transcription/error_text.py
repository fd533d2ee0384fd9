"""Errors and damage of recordings, in sentences for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from transcription.core.engines.languages import language_name
from transcription.core.messages import LANGUAGE_OTHER, Message, parse_message

SENTENCES = {
    # Of a transcript, stored with it.
    "never_ended": gettext_noop("Its transcription was begun ten times and never ended. The recording is kept."),
    "file_missing": gettext_noop("The recording's file is missing."),
    "file_unreachable": gettext_noop("The recording cannot be fetched at the moment; it is tried again."),
    "unreadable_bytes": gettext_noop(
        "It could not be read as audio: what is in it is not what its first bytes announce."
    ),
    "unreadable_no_list": gettext_noop(
        "It could not be read as audio: it is damaged, and breaks off before the list of where its sound lies."
    ),
    "unreadable_no_sound": gettext_noop("It could not be read as audio: there is no sound in it."),
    "unreadable_coarse": gettext_noop("It could not be read as audio: it has too few samples a second for speech."),
    "unreadable_codec": gettext_noop("It could not be read as audio: its sound is in a form that is not known here."),
    "unreadable_memory": gettext_noop(
        "It could not be read as audio: that would take more memory than any recording does."
    ),
    "unreadable_time": gettext_noop(
        "It could not be read as audio: that would take more time than any recording of its size does."
    ),
    "unreadable_nothing": gettext_noop(
        "It could not be read as audio: it is damaged, and nothing of it could be read."
    ),
    "too_long": gettext_noop("It holds more than the %(hours)s hours of sound that are read."),
    "reading_stopped": gettext_noop("Reading it was stopped: %(why)s."),
    "engine_stopped": gettext_noop("The engine stopped (%(kind)s); it is tried again."),
    "endpoint_waits": gettext_noop(
        "The machine at WHISPER_URL %(why)s. Recordings wait; it is asked again from time to time."
    ),
    "endpoint_retries": gettext_noop("The machine at WHISPER_URL %(why)s; it is tried again."),
    "endpoint_too_large": gettext_noop("The machine at WHISPER_URL takes no recordings of this size (%(status)s)."),
    "endpoint_unreadable": gettext_noop("The machine at WHISPER_URL cannot read this recording (%(status)s)."),
    "model_unloadable": gettext_noop(
        "The Whisper model cannot be loaded: its files are damaged, or the memory is too small for it."
    ),
    "requested_model_unloadable": gettext_noop(
        "The model “%(name)s” cannot be loaded: its files are damaged, or the memory is too small for it."
    ),
    "requested_model_missing": gettext_noop(
        "The model “%(name)s” is not here. Type .venv/bin/python manage.py model %(name)s on this machine, "
        "and ask once more."
    ),
    # Of a recording in another language than its user speaks, stored among the warnings.
    "language_other": gettext_noop("This sounds like %(heard)s, and was heard as if it were %(given)s."),
    # Of a text that lay beside a recording, stored among the warnings.
    "text_left_aside": gettext_noop(
        "The text that lay beside it is left aside: nobody says so much in this time. The recording is heard."
    ),
    # Of a recording that could not be read whole, stored among the warnings.
    "damaged_partly": gettext_noop("damaged: %(read)s of %(whole)s s could be read"),
    "damaged_end": gettext_noop("damaged: its end is missing, %(read)s s could be read"),
    "damaged_parts": gettext_noop("damaged: some parts are missing, %(read)s s could be read"),
    # Of the tracks and channels of a recording, stored among the warnings.
    "tracks_unheard": gettext_noop("Tracks in a form that is not known here, and not heard: %(count)s."),
    "channels_left_out": gettext_noop(
        "Channels that are loud and in which nobody speaks were left out of what is heard: %(count)s."
    ),
    "channels_inverted": gettext_noop(
        "Two of its channels are of opposite phase, as from a balanced microphone; one was turned."
    ),
    # Of the model or the endpoint.
    "model_folder_empty": gettext_noop(
        "There is no Whisper model in %(folder)s: it needs model.bin and config.json, in "
        "faster-whisper's format. Set WHISPER_MODEL to a folder that holds one, or leave it out, and start again."
    ),
    "model_forbidden": gettext_noop(
        "The Whisper model “%(name)s” is not here, and STILLNOTE_OFFLINE=1 forbids its download: "
        "unset it, or set WHISPER_MODEL=/folder/of/a/model and start again."
    ),
    "model_missing": gettext_noop(
        "The Whisper model “%(name)s” is not here yet. With a network, the service fetches it, or .venv/bin/python "
        "manage.py model does; without one, set WHISPER_MODEL=/folder/of/a/model and start again."
    ),
    "other_model_missing": gettext_noop(
        "The Whisper model “%(name)s” is not here yet. With a network, type .venv/bin/python manage.py model %(name)s; "
        "without one, set WHISPER_MODEL=/folder/of/a/model and start again."
    ),
    "model_asked": gettext_noop(
        "The Whisper model “%(name)s” is being fetched: %(source)s is asked for it. Recordings are kept, and wait for "
        "it."
    ),
    "model_fetching": gettext_noop(
        "The Whisper model “%(name)s” is being fetched from %(source)s: %(done)s of %(total)s MB are here. Recordings "
        "are kept, and wait for it."
    ),
    "model_not_fetched": gettext_noop(
        "The Whisper model “%(name)s” could not be fetched: %(host)s %(why)s. Recordings are kept, and wait. It is "
        "tried again from time to time; .venv/bin/python manage.py model tries at once."
    ),
    "model_nowhere_fetched": gettext_noop(
        "The Whisper model “%(name)s” could not be fetched: %(host)s %(why)s. The package index did not give "
        "“base” in its place either. Recordings are kept, and wait. It is tried again from time to time; "
        ".venv/bin/python manage.py model tries at once."
    ),
    "model_fetch_asks": gettext_noop("Fetching the Whisper model “%(name)s”: %(source)s is asked for it."),
    "model_fetch_begins": gettext_noop("Fetching the Whisper model “%(name)s” from %(source)s: %(total)s MB."),
    "model_fetch_moves": gettext_noop("  Whisper model “%(name)s”: %(done)s of %(total)s MB"),
    "model_fetched": gettext_noop("The Whisper model “%(name)s” is here."),
    "model_fetch_failed": gettext_noop("The Whisper model “%(name)s” was not fetched: %(host)s %(why)s."),
    "model_not_needed": gettext_noop("WHISPER_URL names another machine that listens: no model is needed on this one."),
    "model_here": gettext_noop("“%(name)s” is here"),
    "model_here_by_auto": gettext_noop("“%(name)s” is here (auto: %(why)s)"),
    "model_suits": gettext_noop("The Whisper model that suits this machine is “%(name)s”: %(why)s."),
    "endpoint_answers": gettext_noop("“%(model)s” at %(host)s, which answers"),
    "endpoint_silent": gettext_noop("WHISPER_URL names %(host)s, which does not answer (%(kind)s)."),
    "endpoint_refuses_key": gettext_noop("%(host)s does not accept WHISPER_KEY."),
    "endpoint_lacks_model": gettext_noop(
        "%(host)s answers, and has no model “%(model)s”: name one of its own in WHISPER_MODEL."
    ),
    "endpoint_errs": gettext_noop("%(host)s answers, and fails (%(status)s)."),
    # Of a file that `manage.py transcribe` or `bench_asr` is given.
    "no_such_file": gettext_noop("There is no such file."),
    "not_a_file": gettext_noop("It is not a file."),
    "cannot_be_opened": gettext_noop("It cannot be opened (%(kind)s)."),
    "not_a_recording": gettext_noop("Its first bytes are not those of a recording."),
    "empty_file": gettext_noop("It is empty."),
    "reading_stopped_often": gettext_noop("Reading it was stopped %(times)s times: %(why)s."),
    "engine_stopped_for_good": gettext_noop("The engine stopped (%(kind)s)."),
}

REASONS = {
    "decoder_died": gettext_noop("the decoder died or took too long"),
    "decoder_nonsense": gettext_noop("the decoder sent what none does"),
    "unreachable": gettext_noop("cannot be reached"),
    "late": gettext_noop("did not answer in time"),
    "broken_off": gettext_noop("broke off before it had answered"),
    "no_transcript": gettext_noop("answered with what is no transcript"),
    "key": gettext_noop("does not accept WHISPER_KEY (%(status)s)"),
    "no_model": gettext_noop(
        "knows no model “%(model)s”, or its API is elsewhere: the address mostly ends in /v1 (%(status)s)"
    ),
    "busy": gettext_noop("asks for patience (%(status)s)"),
    "away": gettext_noop("is not there at the moment (%(status)s)"),
    "field": gettext_noop("does not take our %(field)s: name another WHISPER_MODEL (%(status)s)"),
    "failed": gettext_noop("failed (%(status)s)"),
    # Of the hub or the package index, which a model is fetched from.
    "portal": gettext_noop(
        "answers with a web page, as networks do before one has logged in to them: open any page in a browser"
    ),
    "no_repository": gettext_noop("does not have it (%(status)s)"),
    "no_package": gettext_noop("does not have it, or cannot be reached by pip"),
    "damaged": gettext_noop("sent other files than it lists"),
    "unwritable": gettext_noop("sent what could not be written to the disk (%(kind)s)"),
    "not_understood": gettext_noop("answers with %(status)s, which is not understood: see WHISPER_URL"),
    # Why a model is the one that `auto` takes.
    "auto_none_smaller": gettext_noop(
        "this machine hears with it at %(pace)s times the pace of speech, in %(memory)s GB of memory: "
        "too slow or too large for it, but there is none smaller"
    ),
    "auto_none_larger": gettext_noop(
        "this machine hears with it at %(pace)s times the pace of speech, in %(memory)s GB of memory; "
        "there is none larger"
    ),
    "auto_next_larger": gettext_noop(
        "this machine hears with it at %(pace)s times the pace of speech, in %(memory)s GB of memory; "
        "the next larger one (%(larger)s) would be at %(larger_pace)s times, in %(larger_memory)s GB"
    ),
    "auto_untimed": gettext_noop("by the %(cores)s cores and %(memory)s GiB of this machine, which was not timed yet"),
    "auto_other_suits_better": gettext_noop(
        "“%(better)s” suits this machine better: the service fetches it, or .venv/bin/python manage.py model fetches it"
        " at once"
    ),
    "auto_better_fetching": gettext_noop(
        "“%(better)s” suits this machine better: %(done)s of %(total)s MB of it are here"
    ),
    "auto_better_not_fetched": gettext_noop(
        "“%(better)s” suits this machine better: %(source)s was asked for it in vain, and is asked again"
    ),
}
"""What a message's parameter `why` stands for, inside of its sentence or alone."""


class _Values(dict[str, object]):
    """The values that a sentence names; what is not stored of them is shown as a gap."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentence_of(message: Message | str) -> str:
    """Return a message, or what is stored of one, as a sentence; what is no message, as it is."""
    known = parse_message(message) if isinstance(message, str) else message
    sentence = known and (SENTENCES.get(known.code) or REASONS.get(known.code))
    if not (known and sentence):
        return str(message)
    values = _Values(known.parameters)
    if known.code == LANGUAGE_OTHER:
        values.update({name: language_name(str(code)) for name, code in known.parameters.items()})
    if why := REASONS.get(str(known.parameters.get("why"))):
        values["why"] = _(why) % values
    return _(sentence) % values
