"""What a topic is called until a person names it: the words that are said in it and not elsewhere. Pure."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, groupby, pairwise
from typing import NamedTuple

from insights.core.language.lemmas import word_forms
from insights.core.language.spacy_blank import blank
from insights.core.phrases.stopwords import EMPTY

_blank = cache(blank)

SHORTEST_LETTERS, LONGEST_LETTERS = 3, 24
"""Letters of a word that may be a name; two where each letter is a syllable or more. What is longer is a cry."""
SYLLABLES, SPACED = "\u2e80", "\ua000"
"""From the one on in Unicode a letter says a syllable or more; up to the other words stand without spaces."""
NO_NOUN_WEIGHT = 0.35
"""What a verb or adverb counts for beside a noun: "looked" names nothing."""
RUN_SHARE = 0.4
"""A word stands in a name with its neighbour where they are neighbours in this share of the ideas that say it."""
SHARED_SHARE, SHARED_IDEAS = 0.4, 5
"""A word that says little ("time") can name a topic nonetheless where this share of its ideas say it, and this many."""
CANDIDATE_WORDS = 10
GROWTH_FACTOR = 2
"""How many times as large a topic must be for another name."""

UNSPACED, IDEOGRAPHS = {"zh", "ja", "yue"}, "\u4e00"
_UNSPACED = re.compile(r"[\u30a1-\u30ff]+|[\u4e00-\u9fff]+")
ENDS = {".", "!", "?", "…", ":"}

Counts = Counter[str]


class _WordCounts(NamedTuple):
    """Counted once an idea: words by their first form, which of them say little, in which forms they stood; pairs."""

    words: Counts
    empty: set[str]
    shown: dict[str, Counts]
    pairs: Counter[tuple[str, str]]


def is_due(size: int, named_size: int) -> bool:
    """Return whether a topic is to be named (anew): it has as many ideas again as when it was named.

    Named after two it is a guess; changed with every idea it would be a nuisance.
    """
    return size >= GROWTH_FACTOR * named_size


def name_topic(texts: Sequence[str], elsewhere: Sequence[str], language: str, taken: Collection[str]) -> str:
    """Return a name for the topic of these texts, never one of `taken` (compared without case).

    Two words or runs of words, up to four words in all: "Book club, Deborah". One word alone where the topic says no
    second one. Ranked by class-based TF-IDF (Grootendorst 2022, equation 2) over lemmas, a word counted once an idea:
    its frequency in the topic times log(1 + A / its frequency overall), A being the words of a class as large as this.
    language: ISO 639-1, for the forms of words and those that mean nothing by themselves.
    """
    here, there = _count_words(texts, language), _count_words(elsewhere, language)
    known = word_forms(language)
    usual = sum(here.words.values())

    def score(lemma: str) -> float:
        is_noun = lemma not in here.empty and any(known.is_noun_like(form) for form in here.shown[lemma])
        idf = math.log(1 + usual / (here.words[lemma] + there.words[lemma]))
        return here.words[lemma] * idf * (1.0 if is_noun else NO_NOUN_WEIGHT)

    def is_last(lemma: str) -> tuple[bool, bool]:
        # What one idea alone says is the idea's and not the topic's; but what nearly all say is, little as it says.
        is_shared = here.words[lemma] >= max(SHARED_IDEAS, SHARED_SHARE * len(texts))
        return lemma in here.empty and not is_shared, here.words[lemma] < min(2, len(texts))

    best = sorted(here.words, key=lambda lemma: (*is_last(lemma), -score(lemma), lemma))
    used = {name.casefold() for name in taken}
    return next(name for name in _candidate_names(best[:CANDIDATE_WORDS], here) if name.casefold() not in used)


def _candidate_names(best: Sequence[str], said: _WordCounts) -> Iterator[str]:
    """Yield names, the best first, without end."""
    runs = [_with_neighbour(lemma, said) for lemma in best]
    for number, first in enumerate(runs):
        for second in runs[number + 1 :]:
            if not set(first) & set(second):
                yield _format_name([first, second], said)
        yield _format_name([first], said)
    for three in combinations(best, 3):
        yield _format_name([(lemma,) for lemma in three], said)
    first_name, number = (_format_name(runs[:1], said) if runs else "Topic"), 2
    yield first_name
    while True:
        yield f"{first_name} {number}"
        number += 1


def _with_neighbour(lemma: str, said: _WordCounts) -> tuple[str, ...]:
    """Return a word with the neighbour that it mostly has, if it has one."""
    beside = {pair: count for pair, count in said.pairs.items() if lemma in pair and count > 1}
    pair = max(beside, key=lambda pair: (beside[pair], pair), default=None)
    return pair if pair is not None and beside[pair] >= RUN_SHARE * said.words[lemma] else (lemma,)


def _format_name(runs: Iterable[Sequence[str]], said: _WordCounts) -> str:
    """Return a name as it is written: each word in the form that is said most, the first one with a capital."""
    shown = [[_commonest_form(lemma, said.shown[lemma]) for lemma in run] for run in runs]
    joined = ", ".join("".join(run) if SYLLABLES <= run[0] < SPACED else " ".join(run) for run in shown)
    return joined[:1].upper() + joined[1:]


def _commonest_form(lemma: str, forms_said: Counts) -> str:
    return max(forms_said, key=lambda form: (forms_said[form], form.lower() == lemma, form))


def _count_words(texts: Iterable[str], language: str) -> _WordCounts:
    said = _WordCounts(Counter(), set(), defaultdict(Counter), Counter())
    for text in texts:
        found = (_note_letter_pairs if language in UNSPACED else _note_lemmas)(text, language, said)
        runs = [list(run) for _, run in groupby(found, key=bool)]
        words = [word for run in runs for word in run if word]
        said.words.update(set(words))
        said.pairs.update({pair for run in runs for pair in pairwise(run) if _may_be_name(pair, said)})
    return said


def _may_be_name(pair: tuple[str, str], said: _WordCounts) -> bool:
    return all(pair) and pair[0] != pair[1] and not said.empty.intersection(pair)


def _note_lemmas(text: str, language: str, said: _WordCounts) -> Iterator[str]:
    """Yield the first forms of a text's words, "" for those that cannot name; note how each was said."""
    known, empty = word_forms(language), EMPTY.get(language, frozenset())
    begins = True
    for token in _blank(language)(text):
        if not _can_name(token.text) or token.is_stop or token.like_num:
            yield ""
        else:
            lemma = known.lemma(token.text)
            if lemma in empty or token.lower_ in empty:
                said.empty.add(lemma)
            # A capital at the beginning of a sentence says nothing, unless no table has the word: then it is a name.
            form = token.lower_ if begins and known.has(token.text) else token.text
            said.shown[lemma][form] += 0 if begins else 1
            yield lemma
        begins = token.text in ENDS


def _note_letter_pairs(text: str, language: str, said: _WordCounts) -> Iterator[str]:
    """Yield pairs of ideographs, and foreign words: where nothing tells words apart, two letters mostly are one."""
    vocabulary = _blank(language).vocab
    for run in _UNSPACED.findall(text):
        pieces = [run] if run[0] < IDEOGRAPHS else [run[i : i + 2] for i in range(len(run) - 1)]
        for piece in pieces:
            if _can_name(piece) and not any(vocabulary[letter].is_stop for letter in piece):
                said.shown[piece][piece] += 1
                yield piece
            yield ""


def _can_name(word: str) -> bool:
    shortest = 2 if word[:1] >= SYLLABLES else SHORTEST_LETTERS
    return word.isalpha() and shortest <= len(word) <= LONGEST_LETTERS
