"""What a topic is called until a person names it: a few words that are said in it and not elsewhere. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from insights.core.topics.name_phrases import MOST_WORDS, Phrase, SaidPhrases, said_phrases, said_words

GROWTH_FACTOR = 2
"""How many times as large a topic must be for another name."""
KEPT_MARGIN = 0.06
"""By how much another name must fit better than the one that is shown."""
TRIED_PHRASES = 32
"""Phrases, the likeliest by how often their words are said here and elsewhere, that are compared by meaning."""
SHARED_SHARE, SHARED_IDEAS = 0.4, 5
"""A word that says little ("time") can name a topic nonetheless where this share of its ideas say it, and this many."""
LITTLE_FACTOR = 0.3
"""What a phrase counts for whose words mean nothing by themselves, when phrases to try are chosen."""
WORD_GAIN = 0.6
"""What a phrase gains by each word after its first, when phrases to try are chosen: two words say more than one."""
SAID_POWER = 0.15
"""How little it counts, when phrases to try are chosen, how many ideas say just this phrase."""
COUNTED_SCALE = 0.2
"""What brings logarithms of how often words are said to the scale of cosines, where no embedder knows the language."""

ACTION_PENALTY, LITTLE_PENALTY = 0.02, 0.03
JOINED_PENALTY, LONG_PENALTY, SINGLE_PENALTY = 0.02, 0.02, 0.005
"""What is taken off where a name reads less well: "turn off" for "lights", "day", "bit of rope", four words, one."""
CUT_PENALTY = 0.02
"""What is taken off where a thing goes on behind the name."""
RARE_PENALTY, RARE_FROM_IDEAS = 0.015, 4
"""What is taken off where one idea alone says a word of it: that is the idea's, and not a topic's of so many ideas."""

Fits = Callable[[Sequence[str]], Sequence[float] | NDArray[np.float64]]
"""How well each of some names fits a topic and no other, on the scale of cosines (see name_fit)."""


def is_due(size: int, named_size: int) -> bool:
    """Return whether a topic is to be named (anew): it has as many ideas again as when it was named.

    Named after two it is a guess; changed with every idea it would be a nuisance.
    """
    return size >= GROWTH_FACTOR * named_size


def name_topic(
    texts: Sequence[str],
    elsewhere: Sequence[str],
    language: str,
    taken: Collection[str],
    *,
    fits: Fits | None = None,
    shown: str = "",
    unsure: Collection[str] = (),
) -> str:
    """Return a name for the topic of these texts, never one of `taken` (compared without case): one to four words.

    A thing ("Book club"), what is done with one ("Set alarm"), or two things joined ("Speech for Sam"), as it is said
    in the texts, articles left out. Phrases are first ranked by class-based TF-IDF (Grootendorst 2022, equation 2) over
    the lemmas of their words, a word counted once an idea: its frequency in the topic times log(1 + A / its frequency
    overall), A being the words of a class as large as this. The best of these are ranked by `fits`, less what reads
    ill.

    language: ISO 639-1, for the forms of words and those that mean nothing by themselves. fits: None where no embedder
    knows the language. shown: the topic's name of before, which stays unless another fits clearly better.
    unsure: words, small, that were perhaps never said; none of them is in a name.
    """
    said = said_phrases(texts, language, unsure, shown)
    counted = _count_scores(said, said_words(elsewhere, language))
    names = {phrase: _name_of(phrase, said, shown) for phrase in counted}
    ranked = sorted(counted, key=lambda phrase: (-counted[phrase], phrase))
    used = {name.casefold() for name in taken}
    free = [phrase for phrase in ranked if names[phrase].casefold() not in used]
    tried = free[:TRIED_PHRASES] + [phrase for phrase in free[TRIED_PHRASES:] if names[phrase] == shown]
    if not tried:
        return _numbered_name(names[ranked[0]] if ranked else "Topic", used)
    scores = (
        [COUNTED_SCALE * math.log(counted[phrase]) for phrase in tried]
        if fits is None
        else fits([" ".join(said.usual_forms(one)) for one in tried])
    )

    def score(number: int) -> float:
        kept = KEPT_MARGIN if names[tried[number]] == shown else 0.0
        return scores[number] - _reading_penalty(said, tried[number]) + kept

    return names[tried[max(range(len(tried)), key=score)]]


def _count_scores(said: SaidPhrases, elsewhere: Counter[str]) -> dict[Phrase, float]:
    """Return for each phrase how much oftener its words are said here than elsewhere."""
    usual = said.words.total()
    shares = {
        word: ideas / said.ideas * math.log(1 + usual / (ideas + elsewhere[word])) for word, ideas in said.words.items()
    }
    scores = {}
    for phrase, ideas in said.phrases.items():
        words = [word for word in phrase if word in shares]
        weight = (1 + WORD_GAIN * (len(words) - 1)) * (ideas / said.ideas) ** SAID_POWER
        if said.kinds[phrase].says_little and not _is_shared(ideas, said.ideas):
            weight *= LITTLE_FACTOR
        scores[phrase] = weight * sum(shares[word] for word in words) / len(words)
    return scores


def _is_shared(ideas: int, size: int) -> bool:
    return ideas >= max(SHARED_IDEAS, SHARED_SHARE * size)


def _reading_penalty(said: SaidPhrases, phrase: Phrase) -> float:
    kind, words = said.kinds[phrase], [said.words[word] for word in phrase if word in said.words]
    return (
        ACTION_PENALTY * kind.is_action
        + LITTLE_PENALTY * kind.says_little
        + JOINED_PENALTY * kind.is_joined
        + LONG_PENALTY * (len(phrase) == MOST_WORDS)
        + CUT_PENALTY * kind.is_cut
        + SINGLE_PENALTY * (len(phrase) == 1)
        + RARE_PENALTY * (said.ideas >= RARE_FROM_IDEAS and min(words) == 1)
    )


def _name_of(phrase: Phrase, said: SaidPhrases, shown: str) -> str:
    """Return a phrase as it is mostly said; as it is shown, where that is one of the ways."""
    ways = {_written(forms) for forms in said.forms[phrase]}
    return shown if shown in ways else _written(said.usual_forms(phrase))


def _written(forms: Sequence[str]) -> str:
    """Return a name as it is written: in sentence case."""
    joined = " ".join(forms)
    return joined[:1].upper() + joined[1:]


def _numbered_name(name: str, used: Collection[str]) -> str:
    """Return a name that is free where all that is said names other topics, or nothing is."""
    numbered = (name if number == 1 else f"{name} {number}" for number in count(1))
    return next(one for one in numbered if one.casefold() not in used)
