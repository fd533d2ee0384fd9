"""What Listen says: what is heard, and what is left of it."""

from datetime import date

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.night_text import capitalized, number_word


def describe_listening(ideas: int, topics: int) -> str:
    """Return in words what the line of all that is heard shows. topics: with the unsorted as one."""
    heard = ngettext("%(n)s idea", "%(n)s ideas", ideas) % {"n": number_word(ideas)}
    if topics < 2:  # noqa: PLR2004 - one topic has no bell
        return _("%(ideas)s, one after another") % {"ideas": heard}
    said = ngettext("%(n)s topic", "%(n)s topics", topics) % {"n": number_word(topics)}
    return _("%(ideas)s in %(topics)s, a soft bell between topics") % {"ideas": heard, "topics": said}


def name_of_night(evening: date) -> str:
    """Return what a night is called by the day whose evening it began on."""
    return _("The night of %(day)s") % {"day": date_format(evening, _("l j F Y"))}


def describe_night_episode(ideas: int, topics: int) -> str:
    """Return what a feed says of a night: how much it holds, and nothing of what."""
    said = ngettext("%(n)s idea", "%(n)s ideas", ideas) % {"n": number_word(ideas)}
    if topics:
        of_topics = ngettext("%(n)s topic", "%(n)s topics", topics) % {"n": number_word(topics)}
        said = _("%(ideas)s in %(topics)s") % {"ideas": said, "topics": of_topics}
    return capitalized(said)
