"""What a review says: when an idea was spoken, when it comes back, what was decided."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from insights.core.review.choices import Decision
from insights.night_text import capitalized, listed, number_word

WEEK_DAYS, MONTH_DAYS = 7, 30
WEEKS_UNTIL_DAYS, MONTHS_UNTIL_DAYS = 21, 70
"""From how many days on a wait is told in weeks, and in months."""

BEFORE = {
    Decision.KEEP: gettext_lazy("The one before was kept."),
    Decision.LATER: gettext_lazy("The one before comes back later."),
    Decision.ACT: gettext_lazy("The one before is on your list."),
    Decision.LET_GO: gettext_lazy("The one before was let go."),
}
ELSEWHERE = {
    Decision.KEEP: gettext_lazy("It was decided on another page already: kept."),
    Decision.LATER: gettext_lazy("It was decided on another page already: it comes back later."),
    Decision.ACT: gettext_lazy("It was decided on another page already: it is on your list."),
    Decision.LET_GO: gettext_lazy("It was decided on another page already: let go."),
}
"""What is told to whoever decides an idea second."""


def describe_moment(clock: datetime, evening: date | None, today: date) -> str:
    """Return when something was spoken, as one says it. clock: of there and then; evening: of its night, if any."""
    day = evening or clock.date()
    is_of_this_week = (today - day).days < WEEK_DAYS
    day_format = _("j F") if day.year == today.year else _("j F Y")
    shown = date_format(day, "l" if is_of_this_week else day_format)
    said = _("%(day)s night, %(time)s") if evening and is_of_this_week else _("%(day)s, %(time)s")
    if evening and not is_of_this_week:
        said = _("the night of %(day)s, %(time)s")
    return said % {"day": shown, "time": date_format(clock, "G:i")}


def describe_wait(days: int) -> str:
    """Return in how long an idea comes back, for a button."""
    if days >= MONTHS_UNTIL_DAYS:
        months = round(days / MONTH_DAYS)
        return ngettext("back in about %(n)s month", "back in about %(n)s months", months) % {"n": months}
    if days >= WEEKS_UNTIL_DAYS:
        weeks = round(days / WEEK_DAYS)
        return ngettext("back in about %(n)s week", "back in about %(n)s weeks", weeks) % {"n": weeks}
    return ngettext("back tomorrow", "back in %(n)s days", days) % {"n": days}


def describe_decisions(counts: Mapping[Decision, int]) -> str:
    """Return in one sentence what was decided, but for what is to be acted on. Empty where nothing else was."""
    clauses = {
        Decision.KEEP: ngettext("kept %(n)s", "kept %(n)s", counts.get(Decision.KEEP, 0)),
        Decision.LATER: ngettext("put %(n)s off for later", "put %(n)s off for later", counts.get(Decision.LATER, 0)),
        Decision.LET_GO: ngettext("let %(n)s go", "let %(n)s go", counts.get(Decision.LET_GO, 0)),
    }
    parts = [said % {"n": number_word(counts[key])} for key, said in clauses.items() if counts.get(key)]
    return _("You %(parts)s.") % {"parts": listed(parts)} if parts else ""


def describe_acts(number: int) -> str:
    """Return the sentence before what is to be acted on. number: at least one."""
    said = ngettext("%(n)s is on your list to act on:", "%(n)s are on your list to act on:", number)
    return capitalized(said % {"n": number_word(number)})


def describe_offer(new: int, returning: int) -> str:
    """Return how many ideas might be met; empty where there are none."""
    parts = []
    if new:
        parts.append(ngettext("%(n)s new idea", "%(n)s new ideas", new) % {"n": number_word(new)})
    if returning:
        said = ngettext("%(n)s that has come round again", "%(n)s that have come round again", returning)
        parts.append(said % {"n": number_word(returning)})
    return capitalized(f"{listed(parts)}.") if parts else ""
