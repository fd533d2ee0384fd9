"""When ideas come, in one sentence: what the picture of the hours shows."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from insights.core.pictures.hours_ring import DAY_HOURS, WEEK_DAYS, Moment
from insights.night_text import number_word

MIN_TOLD_MOMENTS = 8
"""Of fewer ideas nothing is said about their hours."""
WINDOW_HOURS = (2, 3, 4)
"""How many hours one after another are named, where most ideas come in them."""
MOST = 0.5
TABLE_HOURS = 6
"""Hours of one column of the table."""
BY_CONTEXT = {
    "night": gettext_lazy("Most of your ideas come at night."),
    "walk": gettext_lazy("Most of your ideas come on a walk."),
    "sit": gettext_lazy("Most of your ideas come while you sit."),
}


def describe_hours(moments: Sequence[Moment]) -> str:
    """Return when most ideas come: between which hours, else where, else that they come at all hours."""
    if not moments:
        return _("Nothing to show yet.")
    if len(moments) < MIN_TOLD_MOMENTS:
        return _("Your first ideas: too few yet to say when they come.")
    hours = Counter(int(moment.hour) for moment in moments)
    for width in WINDOW_HOURS:
        begin, number = max(
            ((begin, sum(hours[(begin + past) % DAY_HOURS] for past in range(width))) for begin in range(DAY_HOURS)),
            key=lambda one: one[1],
        )
        if number > MOST * len(moments):
            end = (begin + width) % DAY_HOURS
            said = _("Most of your ideas come between %(begin)s and %(end)s.")
            return said % {"begin": _hour_word(begin), "end": _hour_word(end)}
    context, number = Counter(moment.context for moment in moments).most_common(1)[0]
    if number > MOST * len(moments) and context in BY_CONTEXT:
        return str(BY_CONTEXT[context])
    return _("Your ideas come at all hours.")


def _hour_word(hour: int) -> str:
    """Return an hour as one says it: midnight, two, noon, 17."""
    if hour == 0:
        return _("midnight")
    if hour == 1:
        return pgettext("an hour of the clock", "one")
    return _("noon") if hour == DAY_HOURS // 2 else number_word(hour)


def hours_table(moments: Sequence[Moment]) -> list[list[int]]:
    """Return the same as a table: for each weekday, Monday first, how many ideas came in each quarter of the day."""
    table = [[0] * (DAY_HOURS // TABLE_HOURS) for _day in range(WEEK_DAYS)]
    for moment in moments:
        table[moment.weekday][int(moment.hour) // TABLE_HOURS] += 1
    return table
