"""How well ideas were grouped against a known truth. Pure; the demo prints it beside the word error rate."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence


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
