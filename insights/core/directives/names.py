"""Names of topics as they are said: whatever the case, the article, one or many, and the word "project" beside it."""

import unicodedata
from collections.abc import Hashable, Mapping, Sequence

from insights.core.directives.tokens import split_words
from insights.core.phrases.directives import ARTICLES, COMPOUND, MARKERS, PLURALS

COMPOUND_LETTERS = 3
"""Letters before the word "project", where both are one."""


class TopicNames:
    """A person's topics by their names. language: ISO 639-1, one that has tables."""

    def __init__(self, names: Mapping[Hashable, str], language: str) -> None:
        self._language = language
        self._names = [(topic, fold_name(split_words(name), language)[0]) for topic, name in names.items()]

    def called(self, name: Sequence[str]) -> Hashable | None:
        """Return the one topic that has this whole name (`fold_name`); None where it is nobody's, or of several."""
        found = [topic for topic, own in self._names if self._are_same(own, name)]
        return found[0] if len(found) == 1 else None

    def _are_same(self, own: Sequence[str], name: Sequence[str]) -> bool:
        return len(own) == len(name) and all(map(self._is_same, own, name))

    def _is_same(self, one: str, other: str) -> bool:
        if one == other:
            return True
        short, long = sorted((one, other), key=len)
        endings = PLURALS[self._language]
        return any(short.endswith(few) and short.removesuffix(few) + many == long for few, many in endings)


def fold_name(words: Sequence[str], language: str) -> tuple[list[str], bool]:
    """Return the words of a name without what may go around them, and whether a word for "project" was there."""
    articles, markers = set(ARTICLES[language].split()), set(MARKERS[language].split())
    first, end = 0, len(words)
    while first < end and words[first] in articles | markers:
        first += 1
    while first < end and words[end - 1] in markers:
        end -= 1
    name, is_marked = (
        [_strip_accents(word) for word in words[first:end]],
        not markers.isdisjoint([*words[:first], *words[end:]]),
    )
    for ending in COMPOUND.get(language, ()):
        if name and name[-1].endswith(ending) and len(name[-1]) >= COMPOUND_LETTERS + len(ending):
            return [*name[:-1], name[-1].removesuffix(ending)], True
    return name, is_marked


def _strip_accents(word: str) -> str:
    """Return a word without its accents: whoever types a name leaves them out easily."""
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))
