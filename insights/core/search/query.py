"""What somebody types into the search box, read: words, "phrases", -words to leave out. Whatever it is, it is read."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from insights.core.search.small_words import SMALL_WORDS
from insights.core.search.tokens import Token, stem_of, stems_of, tokens_of

MAX_CHARACTERS = 400
"""Of what is typed, so much is read."""
MAX_TERMS = 16
"""So many words or phrases."""
MIN_BEGINNING_LETTERS = 2
"""Of an unfinished word: fewer would be the beginning of nearly all."""
_QUOTES = str.maketrans("„“”«»", '"""""')
_TERM = re.compile(r'(?<!\S)(-?)(?:"([^"]*)(?:"|$)|(\S+))')
_ANY_SMALL_WORD = frozenset[str]().union(*SMALL_WORDS.values())


class Term(NamedTuple):
    """What has to stand in an idea: one word in any of its forms, or several that follow each other as they are.

    is_exact: whether it was in quotes. is_beginning: whether the last word may go on.
    """

    words: tuple[str, ...]
    is_exact: bool = False
    is_beginning: bool = False


@dataclass(frozen=True)
class Query:
    """terms: what is looked for; excluded: what must not stand there. meaning: the text without signs of the query."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    meaning: str = ""


class Span(NamedTuple):
    """Characters of a text."""

    start: int
    end: int


def parse_query(text: str) -> Query:
    """Return what a text asks for. The last word may be unfinished, unless something follows it."""
    read = text[:MAX_CHARACTERS].encode(errors="ignore").decode().translate(_QUOTES)  # without halves of characters
    terms, excluded, meant = list[Term](), list[Term](), list[str]()
    for minus, phrase, word in _TERM.findall(read):
        written = phrase or word
        words = tuple(token.word for token in tokens_of(written))
        if not minus:
            meant.append(written)
        if words:
            (excluded if minus else terms).append(Term(words, is_exact=bool(phrase)))
    terms, excluded = list(dict.fromkeys(terms))[:MAX_TERMS], list(dict.fromkeys(excluded))[:MAX_TERMS]
    if terms and _ends_within_word(read, terms[-1]):
        terms[-1] = terms[-1]._replace(is_beginning=True)
    return Query(tuple(_without_small_words(terms)), tuple(excluded), " ".join(meant))


def _ends_within_word(read: str, last: Term) -> bool:
    typed = [token.word for token in tokens_of(read)]
    is_open = not last.is_exact and read[-1:].isalnum() and typed[-1:] == [last.words[-1]]
    return is_open and len(last.words[-1]) >= MIN_BEGINNING_LETTERS


def _without_small_words(terms: list[Term]) -> list[Term]:
    """Return terms without words that nobody looks for, unless there are no others."""
    telling = [term for term in terms if term.is_exact or not set(term.words) <= _ANY_SMALL_WORD]
    return telling or terms


class Alternative(NamedTuple):
    """One way in which a term may stand in an idea: words that follow each other, or one stem."""

    words: tuple[str, ...]
    is_stem: bool = False
    is_beginning: bool = False


def alternatives(term: Term, languages: Collection[str]) -> list[Alternative]:
    """Return the ways in which a term may stand in ideas in some languages, the most exact first."""
    found = [Alternative(term.words, is_beginning=term.is_beginning)]
    if not term.is_exact and len(term.words) == 1:
        found += [Alternative((stem,), is_stem=True) for stem in stems_of(term.words[0], languages)]
    return found


def matched_spans(text: str, query: Query, language: str, asked: Collection[str]) -> list[Span]:
    """Return where a text, said in a language, has what a query looks for, in order and apart.

    asked: the languages in which stems of the query were looked for.
    """
    tokens = list(tokens_of(text))
    words = [token.word for token in tokens]
    stems = [stem_of(word, language) for word in words]
    ways = [way for term in query.terms for way in alternatives(term, asked)]
    spans = sorted({span for way in ways for span in _spans_of(way, tokens, stems if way.is_stem else words)})
    return list(_apart(spans))


def _spans_of(way: Alternative, tokens: list[Token], forms: list[str]) -> Iterator[Span]:
    """Yield where a way stands. forms: of the tokens, as it has its words."""
    *before, last = way.words
    for first, end in enumerate(range(len(before), len(forms))):
        is_last = forms[end].startswith(last) if way.is_beginning else forms[end] == last
        if is_last and forms[first:end] == before:
            yield Span(tokens[first].start, tokens[end].end)


def _apart(spans: list[Span]) -> Iterator[Span]:
    reached = 0
    for span in spans:
        if span.end > reached:
            yield Span(max(span.start, reached), span.end)
            reached = span.end
