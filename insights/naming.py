"""What a topic is called until a person names it: the words that are said in it and not elsewhere. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple

from insights.empty_words import EMPTY
from insights.languages import blank
from insights.word_forms import forms

_blank = cache(blank)

SHORTEST, LONGEST = 3, 24
"""Letters of a word that may be a name; two where each letter is a syllable or more. What is longer is a cry."""
IDEOGRAPHS = "\u2e80"
"""From here on in Unicode a letter says as much as a syllable, and words stand without spaces."""
NO_NOUN = 0.35
"""What a verb or adverb counts for beside a noun: "looked" names nothing."""
RUN = 0.4
"""A word stands in a name with its neighbour where they are neighbours in this share of the ideas that say it."""
CANDIDATES = 10
GROWN = 2
"""How many times as large a topic must be for another name."""

Counts = Counter[str]


class _Said(NamedTuple):
    """Counted once an idea: words by their first form, the forms in which each was said, and pairs of neighbours."""

    words: Counts
    shown: dict[str, Counts]
    pairs: Counter[tuple[str, str]]


def is_due(size: int, named_size: int) -> bool:
    """Return whether a topic is to be named (anew): it has as many ideas again as when it was named.

    Named after two it is a guess; changed with every idea it would be a nuisance.
    """
    return size >= GROWN * named_size


def name_topic(texts: Sequence[str], elsewhere: Sequence[str], language: str, taken: Collection[str]) -> str:
    """Return a name for the topic of these texts, never one of `taken` (compared without case).

    Two words or runs of words, up to four words in all: "Book club, Deborah". One word alone where the topic says no
    second one. Ranked by class-based TF-IDF (Grootendorst 2022, equation 2) over lemmas, a word counted once an idea:
    its frequency in the topic times log(1 + A / its frequency overall), A being the words of a class as large as this.
    language: ISO 639-1, for the forms of words and those that mean nothing by themselves.
    """
    here, there = _said(texts, language), _said(elsewhere, language)
    known = forms(language)
    usual = sum(here.words.values())

    def score(lemma: str) -> float:
        is_noun = any(known.is_noun_like(form.lower()) for form in here.shown[lemma])
        idf = math.log(1 + usual / (here.words[lemma] + there.words[lemma]))
        return here.words[lemma] * idf * (1.0 if is_noun else NO_NOUN)

    scores = {lemma: score(lemma) for lemma in here.words}
    # What one idea alone says is the idea's, not the topic's, unless there is nothing else.
    best = sorted(scores, key=lambda lemma: (here.words[lemma] < min(2, len(texts)), -scores[lemma], lemma))
    used = {name.casefold() for name in taken}
    return next(name for name in _names(best[:CANDIDATES], here) if name.casefold() not in used)


def _names(best: Sequence[str], said: _Said) -> Iterator[str]:
    """Yield names, the best first, without end."""
    runs = [_run(lemma, said) for lemma in best]
    for number, first in enumerate(runs):
        for second in runs[number + 1 :]:
            if not set(first) & set(second):
                yield _written([first, second], said)
        yield _written([first], said)
    for first, second, third in combinations(best, 3):
        yield _written([(first,), (second,), (third,)], said)
    first_name, number = (_written(runs[:1], said) if runs else "Topic"), 2
    while True:
        yield f"{first_name} {number}"
        number += 1


def _run(lemma: str, said: _Said) -> tuple[str, ...]:
    """Return a word with the neighbour that it mostly has, if it has one."""
    beside = {pair: count for pair, count in said.pairs.items() if lemma in pair and count > 1}
    pair = max(beside, key=lambda pair: (beside[pair], pair), default=None)
    return pair if pair is not None and beside[pair] >= RUN * said.words[lemma] else (lemma,)


def _written(runs: Iterable[Sequence[str]], said: _Said) -> str:
    """Return a name as it is written: each word in the form that is said most, the first one with a capital."""
    shown = [[max(said.shown[lemma].items(), key=lambda form: (form[1], form[0]))[0] for lemma in run] for run in runs]
    joined = ", ".join("".join(run) if run[0] >= IDEOGRAPHS else " ".join(run) for run in shown)
    return joined[:1].upper() + joined[1:]


def _said(texts: Iterable[str], language: str) -> _Said:
    said = _Said(Counter(), defaultdict(Counter), Counter())
    for text in texts:
        runs = list(_runs(text, language))
        said.words.update({lemma for run in runs for lemma, _ in run})
        said.pairs.update({(one, other) for run in runs for (one, _), (other, _) in pairwise(run) if one != other})
        for lemma, form in (word for run in runs for word in run):
            said.shown[lemma][form] += 1
    return said


def _runs(text: str, language: str) -> Iterator[list[tuple[str, str]]]:
    """Yield the words of a text that mean something, in runs that nothing stands between: each its lemma and form."""
    known, empty = forms(language), EMPTY.get(language, frozenset())
    run: list[tuple[str, str]] = []
    begins = True
    for token in _blank(language)(text):
        lemma = known.lemma(token.lower_)
        if _can_name(token.text) and not token.is_stop and lemma not in empty and token.lower_ not in empty:
            # A capital at the beginning of a sentence says nothing; another one is a name's, or a German noun's.
            form = token.lower_ if begins and lemma not in {word for word, _ in run} else token.text
            run.append((lemma, form))
        elif run:
            yield run
            run = []
        begins = token.is_sent_start is True or token.text in {".", "!", "?", "…", ":"}
    if run:
        yield run


def _can_name(word: str) -> bool:
    shortest = 2 if word[:1] >= IDEOGRAPHS else SHORTEST
    return word.isalpha() and shortest <= len(word) <= LONGEST
