"""Ideas and queries as the databases' full text search has them: SQLite's FTS5, and PostgreSQL's tsvector.

Every token begins with whose it is, so that a question of one person meets nothing of another's, however it is put, and
costs the same however many others there are. Tokens are letters and digits alone: none can be a sign of the query.
"""

from collections.abc import Callable, Collection, Iterable

from insights.core.search.query import Alternative, Query, Term, alternatives
from insights.core.search.tokens import stem_of, tokens_of

MAX_TOKENS = 20_000
"""Of one idea: PostgreSQL knows no position beyond 16,383 and takes a megabyte."""
_WORD, _STEM = "w", "x"
"""Between whose it is, which is a number, and the word or the stem. Both fold to themselves."""


def index_text(text: str, language: str, user: int) -> str:
    """Return all by which a text of a user is found: its words in order, and after these their stems."""
    words = [token.word for token in tokens_of(text)][:MAX_TOKENS]
    stems = (f"{user}{_STEM}{stem_of(word, language)}" for word in words)
    return " ".join([*(f"{user}{_WORD}{word}" for word in words), *stems])


def _tokens(way: Alternative, user: int) -> list[str]:
    return [f"{user}{_STEM if way.is_stem else _WORD}{word}" for word in way.words]


def _for_sqlite(way: Alternative, user: int) -> str:
    return f'"{" ".join(_tokens(way, user))}"' + " *" * way.is_beginning


def _for_postgresql(way: Alternative, user: int) -> str:
    *before, last = (f"'{token}'" for token in _tokens(way, user))
    return f"({' <-> '.join([*before, last + ':*' * way.is_beginning])})"


WRITERS: dict[str, tuple[Callable[[Alternative, int], str], str, str, str]] = {
    "sqlite": (_for_sqlite, " AND ", " OR ", " NOT "),
    "postgresql": (_for_postgresql, " & ", " | ", " & !"),
}
"""By the database: how a way is written, and what stands between those that all, one or none of have to be there."""


def match_expression(
    query: Query, user: int, languages: Collection[str], database: str, *, all_terms: bool = True
) -> str:
    """Return what finds a user's ideas that have all terms of a query, or any of them; "" for a query without terms."""
    write, both, either, without = WRITERS[database]

    def any_way(terms: Iterable[Term]) -> str:
        ways = (alternatives(term, languages) for term in terms)
        return f"({either.join(write(way, user) for among in ways for way in among)})"

    if not query.terms:
        return ""
    wanted = both.join(any_way([term]) for term in query.terms) if all_terms else any_way(query.terms)
    return f"({wanted})" + (f"{without}{any_way(query.excluded)}" if query.excluded else "")


def way_expressions(query: Query, user: int, languages: Collection[str]) -> list[str]:
    """Return, for PostgreSQL, what finds each way of each term alone: by how many have it, it is weighed."""
    return [_for_postgresql(way, user) for term in query.terms for way in alternatives(term, languages)]
