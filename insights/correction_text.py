"""What a person said of ideas and topics, told back to them in a sentence."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from insights.models import EDGE_KINDS, Correction, Topic

Kind = Correction.Kind
SENTENCES = {
    Kind.CREATED: gettext_noop("You made %(topic)s."),
    Kind.RENAMED: gettext_noop("You named a topic %(topic)s."),
    Kind.MOVED: gettext_noop("You moved an idea to %(topic)s."),
    Kind.CONFIRMED: gettext_noop("You confirmed an idea in %(topic)s."),
    Kind.SPOKEN: gettext_noop("You said that an idea is for %(topic)s."),
    Kind.NOT_THIS: gettext_noop("You took an idea out of %(topic)s."),
    Kind.MERGED: gettext_noop("You let %(topic)s take in %(other)s."),
    Kind.APART: gettext_noop("You keep %(topic)s and %(other)s apart."),
    Kind.WHOLE: gettext_noop("You left %(topic)s together."),
    Kind.SPLIT: gettext_noop("You split %(topic)s off from %(other)s."),
    Kind.PARTED: gettext_noop("You split an idea in two."),
    Kind.JOINED: gettext_noop("You joined two ideas."),
    Kind.EDGE_MOVED: gettext_noop("You moved words from one idea to another."),
    Kind.DELETED: gettext_noop("You deleted %(topic)s."),
    Kind.HIDDEN: gettext_noop("You hid %(topic)s."),
    Kind.SHOWN: gettext_noop("You no longer hide %(topic)s."),
    Kind.PINNED: gettext_noop("You pinned %(topic)s."),
    Kind.UNPINNED: gettext_noop("You no longer pin %(topic)s."),
}


def describe_batch(click: Sequence[Correction]) -> str:
    """Return one sentence for a batch; creating a topic is told only if nothing else happened."""
    word = next((one for one in click if one.kind != Kind.CREATED), click[0])
    if word.kind in EDGE_KINDS:
        return _(SENTENCES[Kind(word.kind)])
    if word.topic is None:
        return _("You left an idea unsorted.")
    names = {"topic": _topic_name(word.topic, word.name), "other": _topic_name(word.from_topic)}
    return _(SENTENCES[Kind(word.kind)]) % names


def _topic_name(topic: Topic | None, then: str = "") -> str:
    """Return what a topic was called then, or is called now; what is hidden is not named."""
    if topic is None:
        return ""
    return _("a hidden topic") if topic.hidden else then or topic.name
