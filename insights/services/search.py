"""Searching one's ideas: by words and by meaning, one list."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from capture.models import User
from insights.core.embedding.protocol import Unavailable
from insights.core.search.fusion import fuse
from insights.core.search.query import Query, Span, matched_spans, parse_query
from insights.models import Idea
from insights.services.index_cache import request_index_file
from insights.services.index_rows import NotAtHand
from insights.services.search_filters import SearchFilters
from insights.services.search_meanings import find_by_meaning
from insights.services.search_words import WordMatches, find_by_words, has_all_entries, spoken_languages

SHOWN_HITS, MOST_NEAR = 30, 20
SHOWN_NEAR = 10
"""On a page that shows what is only near beneath what has the words, and what has some of them where none has all."""
PARTIAL_WEIGHT = 0.5
"""How much it counts that an idea has some of the words, beside that it is near in meaning: a first guess, with which
fusing is best on the 60 questions of tests/assets/search."""


class MeaningState(StrEnum):
    """Whether what is near in meaning was looked for."""

    READY = "ready"
    LATER = "later"
    """A worker makes ready what it takes: ask again in a moment."""
    NEVER = "never"
    """The model by which ideas are compared is not there."""


class SearchHit(NamedTuple):
    """An idea that was found. spans: where `Idea.said` has what was looked for. by_meaning: whether it is near."""

    idea: Idea
    spans: list[Span]
    by_words: bool
    by_meaning: bool = False


class SearchResults(NamedTuple):
    """hits: the best first, by words and meaning together. word_count: of all that have the words, or have some.

    has_more: whether other hits follow. is_more: whether more ideas have the words than were counted. is_partial:
    whether no idea has all the words, so that those that have some are given. is_behind: whether not all ideas can be
    found yet. meaning: whether it was looked for.
    """

    hits: list[SearchHit]
    has_more: bool = False
    word_count: int = 0
    is_more: bool = False
    is_partial: bool = False
    is_behind: bool = False
    meaning: MeaningState = MeaningState.READY


class _Found(NamedTuple):
    """What was found before any of it is shown. ranked: all of it, the best first."""

    query: Query
    words: WordMatches
    near: list[UUID]
    meaning: MeaningState

    @property
    def ranked(self) -> list[UUID]:
        return fuse_found(self.words, self.near)


def search_ideas(
    user: User, text: str, filters: SearchFilters | None = None, *, most: int = SHOWN_HITS, skipped: int = 0
) -> SearchResults:
    """Return a user's ideas that a text asks for (`insights.core.search.query`), whatever it is.

    What has the words it asks for comes with what is near to it in meaning, in one list. skipped: hits of the pages
    before.
    """
    found = _find_both(user, text, filters or SearchFilters())
    ranked = found.ranked
    return _results(user, found, ranked[skipped : skipped + most], has_more=len(ranked) > skipped + most)


def search_for_page(user: User, text: str, filters: SearchFilters, page: int) -> SearchResults:
    """Return the same for a page that has what is only near beneath: on the first, and the nearest alone of these.

    Where no idea has all the words, all that comes near is one list. page: from 1.
    """
    found = _find_both(user, text, filters)
    is_partial, with_words = found.words.is_partial, set(found.words.ideas)
    listed = [key for key in found.ranked if is_partial or key in with_words]
    beneath = [key for key in found.ranked if key not in listed and page == 1][:SHOWN_NEAR]
    size = SHOWN_NEAR if is_partial else SHOWN_HITS
    shown = listed[size * (page - 1) : size * page]
    return _results(user, found, [*shown, *beneath], has_more=len(listed) > size * page)


def _find_both(user: User, text: str, filters: SearchFilters) -> _Found:
    query = parse_query(text)
    return _Found(query, find_by_words(user, query, filters), *_near_ideas(user, query, filters))


def _results(user: User, found: _Found, shown: list[UUID], *, has_more: bool) -> SearchResults:
    words = found.words
    hits = _hits(user, found, shown)
    is_behind = not has_all_entries(user)
    return SearchResults(hits, has_more, len(words.ideas), words.is_more, words.is_partial, is_behind, found.meaning)


def fuse_found(found: WordMatches, near: list[UUID]) -> list[UUID]:
    """Return what was found by words and what is near in meaning as one list, the best first."""
    return fuse([found.ideas, near], [PARTIAL_WEIGHT if found.is_partial else 1.0, 1.0])


def _near_ideas(user: User, query: Query, filters: SearchFilters) -> tuple[list[UUID], MeaningState]:
    if not query.terms:
        return [], MeaningState.READY
    try:
        near = [one.key for one in find_by_meaning(user, query.meaning, filters, MOST_NEAR)]
    except NotAtHand:
        request_index_file(user)
        return [], MeaningState.LATER
    except Unavailable:
        return [], MeaningState.NEVER
    return _without_excluded(user, query, near), MeaningState.READY


def _without_excluded(user: User, query: Query, keys: list[UUID]) -> list[UUID]:
    """Return ideas without those that have what was to be left out."""
    if not query.excluded or not keys:
        return keys
    unwanted, languages = Query(terms=query.excluded), spoken_languages(user)
    ideas = Idea.objects.of(user).without_vectors().with_memo().in_bulk(keys)
    return [
        key
        for key in keys
        if key in ideas and not matched_spans(ideas[key].said, unwanted, ideas[key].transcript.language, languages)
    ]


def _hits(user: User, found: _Found, keys: list[UUID]) -> list[SearchHit]:
    """Return ideas with all that showing them takes, in this order."""
    shown = Idea.objects.of(user).without_vectors().with_memo().with_peaks()
    ideas = shown.defer("transcript__words").in_bulk(keys)  # of long recordings much, and wanted of edited ones alone
    by_words, near = set(found.words.ideas), set(found.near)
    return [
        SearchHit(
            ideas[key],
            matched_spans(ideas[key].said, found.query, ideas[key].transcript.language, found.words.languages),
            by_words=key in by_words,
            by_meaning=key in near,
        )
        for key in keys
        if key in ideas
    ]
