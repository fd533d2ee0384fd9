"""Searching one's ideas: by words and by meaning, one list."""

from typing import NamedTuple
from uuid import UUID

from capture.models import User
from insights.core.search.query import Query, Span, matched_spans, parse_query
from insights.models import Idea
from insights.services.search_filters import SearchFilters
from insights.services.search_words import find_by_words, has_all_entries

SHOWN_HITS = 50


class SearchHit(NamedTuple):
    """An idea that was found. spans: where `Idea.said` has what was looked for. by_meaning: whether it is near."""

    idea: Idea
    spans: list[Span]
    by_words: bool
    by_meaning: bool = False


class SearchResults(NamedTuple):
    """hits: the best first, by words and meaning together. word_count: of all that have the words, or have some.

    is_more: whether these are more than were counted. is_partial: whether no idea has all the words, so that those
    that have some are given. is_behind: whether not all ideas can be found yet.
    """

    hits: list[SearchHit]
    word_count: int = 0
    is_more: bool = False
    is_partial: bool = False
    is_behind: bool = False


def search_ideas(
    user: User, text: str, filters: SearchFilters | None = None, *, most: int = SHOWN_HITS
) -> SearchResults:
    """Return a user's ideas that a text asks for (`insights.core.search.query`), whatever it is."""
    query = parse_query(text)
    found = find_by_words(user, query, filters or SearchFilters())
    hits = _hits(user, query, found.ideas[:most], set(found.ideas), found.languages)
    return SearchResults(hits, len(found.ideas), found.is_more, found.is_partial, not has_all_entries(user))


def _hits(
    user: User, query: Query, keys: list[UUID], by_words: set[UUID], languages: tuple[str, ...]
) -> list[SearchHit]:
    """Return ideas with all that showing them takes, in this order."""
    ideas = Idea.objects.of(user).without_vectors().with_memo().with_peaks().in_bulk(keys)
    return [
        SearchHit(
            ideas[key],
            matched_spans(ideas[key].said, query, ideas[key].transcript.language, languages),
            by_words=key in by_words,
        )
        for key in keys
        if key in ideas
    ]
