"""How well a run did against a known truth: words, and grouping. Pure; the demo prints these figures."""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def plain_words(text: str) -> list[str]:
    """Return the words in lower case without punctuation."""
    return re.findall(r"[\w']+", text.lower())


def word_errors(truth: Sequence[str], heard: Sequence[str]) -> int:
    """Return the least number of substitutions, insertions and deletions from truth to heard (Levenshtein 1965)."""
    row = list(range(len(heard) + 1))
    for i, true_word in enumerate(truth, 1):
        diagonal, row[0] = row[0], i
        for j, heard_word in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (true_word != heard_word))
    return row[-1]


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the pooled word error rate of (truth, heard) texts: all errors over all true words.

    Raises ValueError where there is not one true word.
    """
    errors = total = 0
    for truth, heard in pairs:
        words = plain_words(truth)
        errors += word_errors(words, plain_words(heard))
        total += len(words)
    if not total:
        raise ValueError("a word error rate needs at least one true word")
    return errors / total


def v_measure(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Return the harmonic mean of homogeneity and completeness, in [0, 1] (Rosenberg and Hirschberg 2007)."""
    if len(truth) != len(found):
        raise ValueError("each idea needs a true and a found topic")
    both, by_truth, by_found = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    total = len(truth)

    def entropy(counts: Counter[Hashable]) -> float:
        return -sum(n / total * math.log(n / total) for n in counts.values())

    mixed = -sum(n / total * math.log(n / by_found[f]) for (_, f), n in both.items())
    spread = -sum(n / total * math.log(n / by_truth[t]) for (t, _), n in both.items())
    homogeneity = 1 - mixed / entropy(by_truth) if len(by_truth) > 1 else 1.0
    completeness = 1 - spread / entropy(by_found) if len(by_found) > 1 else 1.0
    both_sides = homogeneity + completeness
    return 2 * homogeneity * completeness / both_sides if both_sides else 0.0
