"""Ideas found by their words, by the database's full text search: SQLite's FTS5, or PostgreSQL's."""

import time
from collections.abc import Collection, Sequence
from functools import partial
from math import inf, log
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from capture.models import User
from insights.core.search.full_text import match_expression, way_expressions
from insights.core.search.query import Query
from insights.models import SearchEntry
from insights.services import process_state
from insights.services.search_filters import SearchFilters, narrow_ideas
from transcription.models import Transcript

MOST_FOUND = 200
"""Ideas that are looked at, the best first; more would be read by nobody."""
MOST_RANKED = 2000
"""Of ideas that all have all of the words so many, the latest, are put into their order: what they have in common says
little then. Where some words are enough, all are, for one that few ideas have may stand in any of them."""
NO_LIMIT = 2**31
MOST_COUNTED = 2000
"""Up to so many ideas that have a word are counted, to see how rare it is."""
COMMON = 2 * MOST_COUNTED
"""What so many ideas have, by its share of the latest, is not counted: that would take longest."""
SAMPLED = 300
"""Ideas, the latest, in which that share is seen."""
READ_THROUGH_SHARE = 0.1
"""Share of the latest from which it is sooner to go back through them than to gather all that have it: of 100,000,
14 ms instead of 130 for "to", which every second one has, and 96 instead of 23 for a phrase of two in a hundred."""
LATEST_HEARD = 100
"""Transcripts, the latest, by which it is seen in which languages somebody speaks who did not say so."""
BM25_B = 0.75
"""How much longer ideas count less (Robertson and Zaragoza 2009, the usual value, as in FTS5)."""
USUAL_TOKENS = 60
WHOLE_SECONDS = 60.0
"""So long it is not counted again, up to a third of a large account's search: only an import leaves rows out."""

Within = tuple[str, Sequence[Any]]
"""As SQL, and its parameters, which rows to look among."""
EVERYWHERE: Within = ("", ())
"""Where few of a user's ideas are left out: it is done afterwards, in a third of the time."""


class WordMatches(NamedTuple):
    """ideas: the best first. is_more: whether there are more. is_partial: whether none has all that was asked for.

    languages: in which forms of the words were looked for.
    """

    ideas: list[UUID]
    is_more: bool
    is_partial: bool
    languages: tuple[str, ...]


def find_by_words(user: User, query: Query, filters: SearchFilters, *, all_terms: bool = True) -> WordMatches:
    """Return the ideas that have all terms of a query; where there are none, or not all are asked for, some."""
    languages = spoken_languages(user)
    found, is_more = _find(user, query, languages, filters, all_terms=True) if all_terms else ([], False)
    is_partial = not found and len(query.terms) > all_terms
    if is_partial:
        found, is_more = _find(user, query, languages, filters, all_terms=False)
    return WordMatches(found, is_more, is_partial, languages)


def spoken_languages(user: User) -> tuple[str, ...]:
    """Return the languages of a user's ideas: those that they told, and those that were heard lately."""
    told = {code for code in user.languages.replace(" ", "").split(",") if code}
    latest = Transcript.objects.of(user).order_by("-memo__recorded_at").values_list("language", flat=True)
    return tuple(sorted(told | {code for code in latest[:LATEST_HEARD] if code}))


def _find(
    user: User, query: Query, languages: Collection[str], filters: SearchFilters, *, all_terms: bool
) -> tuple[list[UUID], bool]:
    match = match_expression(query, user.pk, languages, connection.vendor, all_terms=all_terms)
    if not match:
        return [], False
    ways, most = way_expressions(query, user.pk, languages), MOST_RANKED if all_terms else NO_LIMIT
    search = partial(_search_sqlite if connection.vendor == "sqlite" else _search_postgresql, user, match, ways, most)
    rows = search(_within(user, filters) if filters.are_narrow else EVERYWHERE)
    idea_of = _shown_ideas(user, filters, rows)
    if len(rows) == MOST_FOUND and len(idea_of) < MOST_FOUND // 2 and not filters.are_narrow:
        rows = search(_within(user, filters))
        idea_of = _shown_ideas(user, filters, rows)
    return [idea_of[row] for row in rows if row in idea_of], len(rows) == MOST_FOUND


def _shown_ideas(user: User, filters: SearchFilters, rows: list[int]) -> dict[int, UUID]:
    return dict(narrow_ideas(user, filters).filter(search_entry__in=rows).values_list("search_entry", "pk"))


def _within(user: User, filters: SearchFilters) -> Within:
    """Return as SQL which rows to look among."""
    among = narrow_ideas(user, filters).order_by().values(entry=F("search_entry"))
    sql, parameters = among.query.sql_with_params()
    return f" AND entry.id IN ({sql})", parameters


def _search_sqlite(user: User, match: str, _ways: Sequence[str], most: int, within: Within) -> list[int]:
    sql_within, parameters = within
    sql = (
        "SELECT id FROM (SELECT entry.id, insights_searchtext.rank AS score"  # noqa: S608 - SQL of ours
        " FROM insights_searchtext JOIN insights_searchentry entry ON entry.id = insights_searchtext.rowid"
        f" WHERE insights_searchtext MATCH %s AND entry.user_id = %s{sql_within}"
        " ORDER BY insights_searchtext.rowid DESC LIMIT %s) ORDER BY score, id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [match, user.pk, *parameters, most, MOST_FOUND])
        return [row for (row,) in cursor.fetchall()]


def _search_postgresql(user: User, match: str, ways: Sequence[str], most: int, within: Within) -> list[int]:
    """Return rows in the order of BM25, but for how often a word stands in one: these texts are a sentence or two."""
    sql_within, parameters = within
    with transaction.atomic(), connection.cursor() as cursor:
        # PostgreSQL takes @@ to be as quick as a comparison: left to itself it would read through far too many rows.
        cursor.execute("SET LOCAL enable_seqscan = off")
        share, *shares = _latest_shares(cursor, user, [match, *ways])
        weights = _weights(cursor, user, ways, shares)
        score = " + ".join(["%s * (entry.text @@ %s::tsquery)::int"] * len(ways))
        latest_first = "entry.id DESC" if most < NO_LIMIT and share >= READ_THROUGH_SHARE else "entry.id + 0 DESC"
        sql = (
            "SELECT entry.id FROM insights_searchentry entry WHERE id IN"  # noqa: S608 - SQL of ours
            " (SELECT entry.id FROM insights_searchentry entry"
            f" WHERE entry.text @@ %s::tsquery AND entry.user_id = %s{sql_within}"
            f" ORDER BY {latest_first} LIMIT %s)"
            f" ORDER BY ({score}) / (1 + %s * entry.length) DESC, entry.id DESC LIMIT %s"
        )
        weighed = [value for pair in zip(weights, ways, strict=True) for value in pair]
        by_length = BM25_B / (1 - BM25_B) / USUAL_TOKENS
        cursor.execute(sql, [match, user.pk, *parameters, most, *weighed, by_length, MOST_FOUND])
        return [row for (row,) in cursor.fetchall()]


def _latest_shares(cursor: Any, user: User, wanted: Sequence[str]) -> list[float]:
    """Return what share of a user's latest ideas has each of some things."""
    having = ", ".join(["count(*) FILTER (WHERE text @@ %s::tsquery)"] * len(wanted))
    cursor.execute(
        f"SELECT count(*), {having} FROM (SELECT text FROM insights_searchentry WHERE user_id = %s"  # noqa: S608
        " ORDER BY id DESC LIMIT %s) AS latest",
        [*wanted, user.pk, SAMPLED],
    )
    count, *having_it = cursor.fetchone()
    return [one / max(count, 1) for one in having_it]


def _weights(cursor: Any, user: User, ways: Sequence[str], shares: Sequence[float]) -> list[float]:
    """Return how much it says that an idea has something: more where few have it. shares: of the latest ideas."""
    if len(ways) == 1:
        return [1.0]  # all that is found has it
    total = _entry_count(user)
    rare = [way for way, share in zip(ways, shares, strict=True) if share * total < COMMON]
    counted = dict(zip(rare, _counts(cursor, user, rare), strict=True))
    return [log(1 + 2 * MOST_COUNTED / (counted.get(way, MOST_COUNTED) + 0.5)) for way in ways]


def _counts(cursor: Any, user: User, ways: Sequence[str]) -> Sequence[int]:
    """Return how many ideas have each of some things, up to MOST_COUNTED."""
    if not ways:
        return []
    one = (
        "(SELECT count(*) FROM (SELECT 1 FROM insights_searchentry WHERE text @@ %s::tsquery AND user_id = %s LIMIT %s)"
        " AS having_it)"
    )
    asked = [value for way in ways for value in (way, user.pk, MOST_COUNTED)]
    cursor.execute(f"SELECT {', '.join([one] * len(ways))}", asked)
    counts: Sequence[int] = cursor.fetchone()
    return counts


def _entry_count(user: User) -> int:
    """Return how many of a user's ideas can be found by their words, as it was a minute ago at most."""
    seen = process_state.current.entry_counts
    counted, at = seen.get(user.pk, (0, -inf))
    if time.monotonic() - at >= WHOLE_SECONDS:
        counted = SearchEntry.objects.of(user).count()
        seen[user.pk] = counted, time.monotonic()
    return counted


def has_all_entries(user: User) -> bool:
    """Return whether all of a user's ideas can be found by their words; where they could a minute ago, that stands."""
    seen = process_state.current.found_whole
    if time.monotonic() - seen.get(user.pk, -inf) < WHOLE_SECONDS:
        return True
    is_whole = user.ideas.count() == SearchEntry.objects.of(user).count()
    if is_whole:
        seen[user.pk] = time.monotonic()
    return is_whole
