"""What the search page offers to narrow a search down, as words and addresses, and what it says was found."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.http import QueryDict
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from capture.models import Context, User
from insights.core.classify import IdeaKind
from insights.models import Topic
from insights.night_text import number_word
from insights.services.listening import last_evening
from insights.services.search import SearchResults
from insights.services.search_filters import SearchFilters, WantedState

MONTHS_OFFERED, TOPICS_OFFERED = 12, 40
NAMES = ("topic", "time", "where", "kind", "state", "from")
"""Of the filters, in addresses."""
STATES = {
    WantedState.OPEN: gettext_lazy("Kept and open"),
    WantedState.NEW: gettext_lazy("Not met yet"),
    WantedState.KEPT: gettext_lazy("Kept"),
    WantedState.LATER: gettext_lazy("Put off"),
    WantedState.ACT: gettext_lazy("To act on"),
    WantedState.LET_GO: gettext_lazy("Let go"),
    WantedState.ANY: gettext_lazy("All, also let go"),
}
KINDS = {
    IdeaKind.THOUGHT: gettext_lazy("Thoughts"),
    IdeaKind.TASK: gettext_lazy("Tasks"),
    IdeaKind.QUESTION: gettext_lazy("Questions"),
}
TIMES = {
    "night": gettext_lazy("Last night"),
    "week": gettext_lazy("The last week"),
    "month": gettext_lazy("This month"),
}
ORIGINS = {"live": gettext_lazy("Recorded here"), "archive": gettext_lazy("Old recordings")}
UNSORTED = "none"
MAX_PAGE_DIGITS = 3


class FilterChoice(NamedTuple):
    """One thing to choose, and the address of the page that shows it so."""

    text: str
    address: str
    is_chosen: bool


class FilterMenu(NamedTuple):
    """One filter: what is chosen, and all there is."""

    label: str
    choices: list[FilterChoice]


def read_filters(asked: QueryDict, user: User) -> SearchFilters:
    """Return the filters of an address; what it says wrongly narrows nothing down."""
    topic, when = asked.get("topic", ""), asked.get("time", "")
    since, until = _span_of(when, timezone.localtime())
    return SearchFilters(
        topic=_own_topic(topic, user),
        unsorted=topic == UNSORTED,
        since=since,
        until=until,
        evening=last_evening(user) if when == "night" else None,
        context=next((one for one in Context if one.value == asked.get("where")), None),
        kind=next((one for one in IdeaKind if one.value == asked.get("kind")), None),
        state=next((one for one in WantedState if one.value == asked.get("state")), WantedState.OPEN),
        archive={"live": False, "archive": True}.get(asked.get("from", "")),
    )


def _own_topic(asked: str, user: User) -> UUID | None:
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return key if Topic.objects.of(user).filter(pk=key).exists() else None


def _span_of(asked: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if asked == "week":
        return today - timedelta(days=7), None
    if asked == "month":
        return today.replace(day=1), None
    try:
        begin = datetime.combine(date.fromisoformat(f"{asked}-01"), time(), tzinfo=now.tzinfo)
        return begin, (begin + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        return None, None


def filter_menus(asked: QueryDict, user: User) -> list[FilterMenu]:
    """Return the filters of a search as menus of links."""
    own = Topic.objects.of(user).in_sight().order_by("name").values_list("pk", "name")[:TOPICS_OFFERED]
    topics = {"": _("Any topic"), **{str(key): name for key, name in own}, UNSORTED: _("To place")}
    months = {f"{month:%Y-%m}": dateformat.format(month, "F Y") for month in _latest_months(timezone.localdate())}
    offered: tuple[dict[str, Any], ...] = (
        topics,
        {"": _("Any time"), **TIMES, **months},
        {"": _("Spoken anywhere"), **{one.value: one.label for one in Context}},
        {"": _("All kinds"), **{one.value: text for one, text in KINDS.items()}},
        {("" if one is WantedState.OPEN else one.value): text for one, text in STATES.items()},
        {"": _("New and old recordings"), **ORIGINS},
    )
    return [_menu(asked, name, choices) for name, choices in zip(NAMES, offered, strict=True)]


def _menu(asked: QueryDict, name: str, choices: dict[str, Any]) -> FilterMenu:
    chosen = asked.get(name, "")
    chosen = chosen if chosen in choices else ""
    return FilterMenu(
        str(choices[chosen]),
        [FilterChoice(str(text), _address(asked, name, value), value == chosen) for value, text in choices.items()],
    )


def _address(asked: QueryDict, name: str, value: str) -> str:
    """Return the same search with one filter set otherwise."""
    kept = QueryDict(mutable=True)
    for one in ("q", *NAMES):
        said = value if one == name else asked.get(one, "")
        if said:
            kept[one] = said
    return f"?{kept.urlencode()}"


def read_page(asked: QueryDict) -> int:
    """Return which page of what was found an address asks for, from 1; the first where it says none."""
    said = asked.get("page", "")
    is_number = said.isascii() and said.isdigit() and len(said) <= MAX_PAGE_DIGITS
    return max(1, int(said)) if is_number else 1


def page_address(asked: QueryDict, page: int) -> str:
    """Return the address of another page of the same search."""
    kept = asked.copy()
    kept["page"] = str(page)
    return f"?{kept.urlencode()}"


def unfiltered_address(asked: QueryDict) -> str:
    """Return the address of the same search in everything; "" where nothing narrows it down."""
    kept = QueryDict(mutable=True)
    kept["q"] = asked.get("q", "")
    return f"?{kept.urlencode()}" if any(asked.get(name) for name in NAMES) else ""


def _latest_months(today: date) -> Iterator[date]:
    month = today.replace(day=1)
    for _number in range(MONTHS_OFFERED):
        yield month
        month = (month - timedelta(days=1)).replace(day=1)


def describe_found(results: SearchResults) -> str:
    """Return in words how many ideas have what was looked for."""
    if not results.word_count:
        return _("No idea has these words")
    if results.is_partial:
        return _("No idea has all these words; these come near")
    if results.is_more:
        return _("More than %(number)s ideas") % {"number": results.word_count}
    said = ngettext("%(n)s idea", "%(n)s ideas", results.word_count) % {"n": number_word(results.word_count)}
    return said[0].upper() + said[1:]
