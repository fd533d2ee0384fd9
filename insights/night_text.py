"""The head of Today in words: how much was said, from last night or since yesterday, and when."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

NUMBER_WORDS = (
    gettext_lazy("no"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
    gettext_lazy("eleven"),
    gettext_lazy("twelve"),
)

TIMES_SAID = 12
"""Of so many recordings of a night the times are said."""


def number_word(number: int) -> str:
    """Return a number as sentences say it: in words up to twelve."""
    return str(NUMBER_WORDS[number]) if number < len(NUMBER_WORDS) else str(number)


def describe_loss(ideas: int) -> str:
    """Return what goes with a recording of so many ideas that is deleted."""
    if not ideas:
        return _("Its sound and its words go.")
    said = ngettext("Its sound, its words and its idea go.", "Its sound, its words and its %(number)s ideas go.", ideas)
    return said % {"number": number_word(ideas)}


def describe_night(at_night: int, by_day: int, topics: int, tonight: int = 0) -> str:
    """Return what the head of Today says, of the first of these that is not 0.

    tonight: ideas of the night that is not over. at_night, by_day: of last night, and of yesterday and today by day.
    topics: of those that are told.
    """
    if not at_night and not by_day and not tonight:
        return _("A quiet night. Nothing came in.")
    number = tonight or at_night or by_day
    ideas = ngettext("%(n)s idea", "%(n)s ideas", number) % {"n": number_word(number)}
    if tonight:
        said = _("%(ideas)s tonight, %(topics)s.") if topics else _("%(ideas)s tonight.")
    elif topics:
        said = _("%(ideas)s from last night, %(topics)s.") if at_night else _("%(ideas)s since yesterday, %(topics)s.")
    else:
        said = _("%(ideas)s from last night.") if at_night else _("%(ideas)s since yesterday.")
    in_topics = ngettext("%(n)s topic", "%(n)s topics", topics) % {"n": number_word(topics)}
    return capitalized(said % {"ideas": ideas, "topics": in_topics})


def describe_night_line(spoken: Sequence[datetime], *, is_tonight: bool = False) -> str:
    """Return in words what the line of a night shows. spoken: when each recording was, by the clock of there and then.

    is_tonight: the night is not over.
    """
    if not spoken:
        return _("Last night from nine in the evening to ten in the morning: quiet")
    number = ngettext("%(n)s recording", "%(n)s recordings", len(spoken)) % {"n": number_word(len(spoken))}
    times = listed([date_format(clock, "G:i") for clock in spoken[:TIMES_SAID]])
    if is_tonight:
        said = _("Tonight from nine in the evening to ten in the morning: %(recordings)s, at %(times)s")
    else:
        said = _("Last night from nine in the evening to ten in the morning: %(recordings)s, at %(times)s")
    return said % {"recordings": number, "times": times}


def capitalized(sentence: str) -> str:
    """Return a sentence with a capital at its beginning, which a number word may be."""
    return sentence[:1].upper() + sentence[1:]


def listed(parts: Sequence[str]) -> str:
    """Return what is told one after the other, with the word of the language before the last. parts: at least one."""
    *before, last = parts
    if not before:
        return last
    return pgettext("the end of a list", "%(before)s, %(last)s") % {"before": ", ".join(before), "last": last}
