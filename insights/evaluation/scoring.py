"""How well topics agree with known ones: V-measure, which the demo prints too, AMI and B-cubed.

AMI is scikit-learn's, which is installed for development alone; the others need nothing beside NumPy.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

Labels = Sequence[Hashable]


class Agreement(NamedTuple):
    """Each 1 where topics and labels agree wholly. ami: 0 on average where topics were dealt out by chance."""

    v_measure: float
    ami: float
    b_cubed_f1: float


def agreement(labels: Labels, topics: Sequence[Hashable | None]) -> Agreement:
    """Return how well topics agree with labels; both of the same length. An unsorted idea is a topic of its own."""
    from sklearn.metrics import adjusted_mutual_info_score

    if not labels:
        return Agreement(1.0, 1.0, 1.0)
    found = [("unsorted", i) if topic is None else ("topic", topic) for i, topic in enumerate(topics)]
    ami = adjusted_mutual_info_score(_numbered(labels), _numbered(found))
    return Agreement(v_measure(labels, found), float(ami), _b_cubed_f1(labels, found))


def v_measure(truth: Labels, found: Labels) -> float:
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


def _b_cubed_f1(labels: Labels, topics: Labels) -> float:
    """Return the harmonic mean of precision and recall, each averaged over ideas (Bagga and Baldwin 1998)."""
    both, by_label, by_topic = Counter(zip(labels, topics, strict=True)), Counter(labels), Counter(topics)
    precision = sum(n**2 / by_topic[topic] for (_, topic), n in both.items()) / len(labels)
    recall = sum(n**2 / by_label[label] for (label, _), n in both.items()) / len(labels)
    return 2 * precision * recall / (precision + recall)


def _numbered(names: Labels) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return names as numbers, shape (n,): scikit-learn sorts them, and ours need not be of one type."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)
