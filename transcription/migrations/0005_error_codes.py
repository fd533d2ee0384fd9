"""Errors and damage are stored as codes with parameters; sentences of former versions become codes.

A sentence that none of these wrote is kept, and shown as it is.
"""

import json
import re

from django.db import migrations, models

BATCH_ROWS = 500

ENDPOINT = "The machine at WHISPER_URL "
WAITS, RETRIES = ". Memos wait; it is asked again from time to time.", "; it is tried again."
UNREADABLE = "It could not be read as audio: "

PREDICATES = {
    "cannot be reached": ("unreachable", ()),
    "did not answer in time": ("late", ()),
    "broke off before it had answered": ("broken_off", ()),
    "answered with what is no transcript": ("no_transcript", ()),
    "does not accept WHISPER_KEY ({})": ("key", ("status",)),
    "knows no model “{}”, or its API is elsewhere: the address mostly ends in /v1 ({})": ("no_model", ("model", "status")),
    "asks for patience ({})": ("busy", ("status",)),
    "is not there at the moment ({})": ("away", ("status",)),
    "does not take our {}: name another WHISPER_MODEL ({})": ("field", ("field", "status")),
    "failed ({})": ("failed", ("status",)),
    "answers with {}, which is not understood: see WHISPER_URL": ("not_understood", ("status",)),
}
DEATHS = {"the decoder died or took too long": "decoder_died", "the decoder sent what none does": "decoder_nonsense"}

ERRORS = [
    # sentence, code, what its gaps are, and what is known besides
    ("Its transcription was begun ten times and never ended. The recording is kept.", "never_ended", (), {}),
    ("The recording's file is missing.", "file_missing", (), {}),
    ("The recording cannot be fetched at the moment; it is tried again.", "file_unreachable", (), {}),
    (UNREADABLE + "what is in it is not what its first bytes announce.", "unreadable_bytes", (), {}),
    (
        UNREADABLE + "it is damaged, and breaks off before the list of where its sound lies.",
        "unreadable_no_list",
        (),
        {},
    ),
    (UNREADABLE + "there is no sound in it.", "unreadable_no_sound", (), {}),
    (UNREADABLE + "it has too few samples a second for speech.", "unreadable_coarse", (), {}),
    (UNREADABLE + "its sound is in a form that is not known here.", "unreadable_codec", (), {}),
    (UNREADABLE + "that would take more memory than any recording does.", "unreadable_memory", (), {}),
    (UNREADABLE + "that would take more time than any recording of its size does.", "unreadable_time", (), {}),
    (UNREADABLE + "it is damaged, and nothing of it could be read.", "unreadable_nothing", (), {}),
    ("It holds more than the {} hours of sound that are read.", "too_long", ("hours",), {}),
    *((f"Reading it was stopped: {said}.", "reading_stopped", (), {"why": why}) for said, why in DEATHS.items()),
    ("The engine stopped ({}); it is tried again.", "engine_stopped", ("kind",), {}),
    *((ENDPOINT + said + WAITS, "endpoint_waits", gaps, {"why": why}) for said, (why, gaps) in PREDICATES.items()),
    *((ENDPOINT + said + RETRIES, "endpoint_retries", gaps, {"why": why}) for said, (why, gaps) in PREDICATES.items()),
    (ENDPOINT + "takes no recordings of this size ({}).", "endpoint_too_large", ("status",), {}),
    (ENDPOINT + "cannot read this recording ({}).", "endpoint_unreadable", ("status",), {}),
    (
        "The Whisper model cannot be loaded: its files are damaged, or the memory is too small for it.",
        "model_unloadable",
        (),
        {},
    ),
    (
        "The model “{}” cannot be loaded: its files are damaged, or the memory is too small for it.",
        "requested_model_unloadable",
        ("name",),
        {},
    ),
    (
        "The model “{}” is not here. Type .venv/bin/python manage.py model {} on this machine, and ask once more.",
        "requested_model_missing",
        ("name", "name"),
        {},
    ),
]
DAMAGE = [
    ("damaged: {} of {} s could be read", "damaged_partly", ("read", "whole"), {}),
    ("damaged: its end is missing, {} s could be read", "damaged_end", ("read",), {}),
    ("damaged: some parts are missing, {} s could be read", "damaged_parts", ("read",), {}),
]


def code_of(sentence, table):
    """Return what is stored in place of a sentence: a code with parameters, or the sentence where none wrote it."""
    for written, code, gaps, besides in table:
        found = re.fullmatch("(.+?)".join(map(re.escape, written.split("{}"))), sentence, re.DOTALL)
        values = list(zip(gaps, found.groups(), strict=True)) if found else []
        parameters = besides | dict(values)
        if found and all(parameters[gap] == value for gap, value in values):
            if parameters.get("status", "").isdecimal():
                parameters["status"] = int(parameters["status"])
            return f"{code} {json.dumps(parameters, ensure_ascii=False)}" if parameters else code
    return sentence


def to_codes(apps, schema_editor):
    """Write codes in place of sentences; only columns that the verbatim trigger does not watch."""
    transcripts = apps.get_model("transcription", "Transcript").objects
    by_code = {}
    for pk, error in transcripts.exclude(error="").values_list("pk", "error").iterator(chunk_size=BATCH_ROWS):
        if (code := code_of(error, ERRORS)) != error:
            by_code.setdefault(code, []).append(pk)
    for code, found in by_code.items():
        for start in range(0, len(found), BATCH_ROWS):
            transcripts.filter(pk__in=found[start : start + BATCH_ROWS]).update(error=code)
    damaged = []
    for pk, warnings in transcripts.exclude(warnings=[]).values_list("pk", "warnings").iterator(chunk_size=BATCH_ROWS):
        codes = [code_of(warning, DAMAGE) for warning in warnings]
        if codes != warnings:
            damaged.append((pk, codes))
    for pk, codes in damaged:
        transcripts.filter(pk=pk).update(warnings=codes)


def sentence_of(stored, table):
    """Return the sentence that `code_of` makes a code of, or what is stored where it is no such code."""
    code, _, rest = stored.partition(" ")
    try:
        parameters = json.loads(rest or "{}")
    except ValueError:
        return stored
    for written, known, gaps, besides in table:
        if code == known and isinstance(parameters, dict) and parameters.keys() == {*gaps, *besides}:
            if all(parameters[name] == value for name, value in besides.items()):
                first, *others = written.split("{}")
                return first + "".join(f"{parameters[gap]}{text}" for gap, text in zip(gaps, others, strict=True))
    return stored


def to_sentences(apps, schema_editor):
    """Write the sentences again that versions before this store and show."""
    transcripts = apps.get_model("transcription", "Transcript").objects
    for code in set(transcripts.exclude(error="").values_list("error", flat=True)):
        if (sentence := sentence_of(code, ERRORS)) != code:
            transcripts.filter(error=code).update(error=sentence)
    damaged = []
    for pk, warnings in transcripts.exclude(warnings=[]).values_list("pk", "warnings").iterator(chunk_size=BATCH_ROWS):
        sentences = [sentence_of(warning, DAMAGE) for warning in warnings]
        if sentences != warnings:
            damaged.append((pk, sentences))
    for pk, sentences in damaged:
        transcripts.filter(pk=pk).update(warnings=sentences)


class Migration(migrations.Migration):

    dependencies = [("transcription", "0004_verbatim")]

    operations = [
        migrations.AlterField(
            model_name="transcript",
            name="error",
            field=models.TextField(
                blank=True, help_text="why it failed or is tried again: a code with parameters"
            ),
        ),
        migrations.AlterField(
            model_name="transcript",
            name="is_doubtful",
            field=models.BooleanField(
                default=False, help_text="it has warnings, or its words are unsure on the whole (core.warnings.spans)"
            ),
        ),
        migrations.RunPython(to_codes, to_sentences, elidable=True),
    ]
