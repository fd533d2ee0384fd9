"""Errors of insights, in sentences for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from transcription.core.messages import Message

SENTENCES = {
    # Of the model or the endpoint by which ideas are compared.
    "endpoint_waits": gettext_noop(
        "The machine at EMBEDDING_URL %(why)s. Ideas wait for their topics; it is asked again from time to time."
    ),
    "endpoint_configured": gettext_noop(
        "EMBEDDING_URL names another machine that compares ideas: no model is needed on this one."
    ),
    "sentence_model_damaged": gettext_noop(
        "The sentence model cannot be loaded: its files are damaged or of another kind."
    ),
    "sentence_model_gone": gettext_noop(
        "The model by which ideas were compared is not here any more: they are compared anew."
    ),
    "sentence_model_folder_empty": gettext_noop(
        "There is no sentence model in %(folder)s: it needs model.onnx, tokenizer.json and "
        "tokenizer_config.json. Set EMBEDDING_MODEL to a folder that holds one, or leave it out, and start again."
    ),
    "sentence_model_forbidden": gettext_noop(
        "The sentence model “%(name)s” is not here, and STILLNOTE_OFFLINE=1 forbids its download: "
        "set EMBEDDING_MODEL=/folder/of/a/model and start again."
    ),
    "sentence_model_missing": gettext_noop(
        "The sentence model “%(name)s” is not here yet. With a network, the service fetches it, or .venv/bin/python "
        "manage.py sentence_model does; without one, set EMBEDDING_MODEL=/folder/of/a/model and start again."
    ),
    "sentence_model_fetching": gettext_noop(
        "The sentence model “%(name)s” is being fetched from %(source)s: %(done)s of %(total)s MB are here."
    ),
    "sentence_model_fetch_asks": gettext_noop(
        "Fetching the model that compares ideas, “%(name)s”: %(source)s is asked for it."
    ),
    "sentence_model_fetch_begins": gettext_noop(
        "Fetching the model that compares ideas, “%(name)s”, from %(source)s: %(total)s MB."
    ),
    "sentence_model_fetch_moves": gettext_noop("  sentence model “%(name)s”: %(done)s of %(total)s MB"),
    "sentence_model_fetched": gettext_noop("The sentence model “%(name)s” is here."),
    "sentence_model_fetch_failed": gettext_noop(
        "The sentence model “%(name)s” was not fetched: %(host)s %(why)s. Until it is here, English ideas alone are "
        "sorted."
    ),
    # Of a topic and its name.
    "name_missing": gettext_noop("A topic needs a name."),
    "name_too_long": gettext_noop("A topic's name has at most %(most)s characters."),
    "name_taken": gettext_noop("You have a topic of that name already."),
    "topic_gone": gettext_noop("That topic is not there any more."),
    # Of the question of the night.
    "question_missing": gettext_noop("Write a question first."),
    "question_too_long": gettext_noop("A question has at most %(most)s characters."),
    "question_elsewhere": gettext_noop("It was changed on another page meanwhile, so that nothing is done here."),
    "question_taken": gettext_noop("Tonight has a question already, so that this one is not carried over."),
    # Of webhooks.
    "webhook_known": gettext_noop("This address is told already. Delete it first, to tell it other things."),
    "too_many_webhooks": gettext_noop("There can be %(most)s addresses. Delete one that you no longer need."),
    # Of a folder of notes.
    "topic_refused": gettext_noop("%(name)s: %(why)s"),
    "note_unreadable": gettext_noop("%(name)s cannot be read, or is a link."),
    "note_no_text": gettext_noop("%(name)s is no text, or too long to be a note."),
    "too_many_topics": gettext_noop(
        "These notes hold more than %(most)d topics, too many to take at once. Name a smaller folder."
    ),
    "no_such_folder": gettext_noop("There is no folder %(folder)s."),
    "not_a_folder": gettext_noop("%(folder)s is no folder."),
    "folder_unreadable": gettext_noop("%(folder)s cannot be read."),
    "no_notes": gettext_noop("There are no Markdown notes (.md) in %(folder)s."),
    # Of the morning e-mail.
    "no_address": gettext_noop("Give your e-mail address first, and turn it on again."),
}

REASONS = {
    "unreachable": gettext_noop("cannot be reached"),
    "late": gettext_noop("did not answer in time"),
    "broken_off": gettext_noop("broke off before it had answered"),
    "key": gettext_noop("does not accept EMBEDDING_KEY (%(status)s)"),
    "no_model": gettext_noop(
        "knows no model of the name in EMBEDDING_MODEL, or its API is elsewhere: the address mostly ends in /v1 "
        "(%(status)s)"
    ),
    "busy": gettext_noop("asks for patience (%(status)s)"),
    "failed": gettext_noop("failed (%(status)s)"),
    "no_vectors": gettext_noop("answered with what are no vectors"),
    # Of the hub, which a model is fetched from.
    "portal": gettext_noop(
        "answers with a web page, as networks do before one has logged in to them: open any page in a browser"
    ),
    "no_repository": gettext_noop("does not have it (%(status)s)"),
    "damaged": gettext_noop("sent other files than it lists"),
    "unwritable": gettext_noop("sent what could not be written to the disk (%(kind)s)"),
    "unequal_lengths": gettext_noop("answered with vectors of different lengths"),
}
"""What a message's parameter `why` stands for, where that is no sentence of its own."""


def describe_problem(message: Message) -> str:
    """Return what went wrong, as a sentence. Raises KeyError where the code has none."""
    told = dict(message.parameters)
    if why := str(told.get("why", "")):
        told["why"] = _(REASONS[why] if why in REASONS else SENTENCES[why]) % told
    return _(SENTENCES[message.code]) % told
