"""How well topics agree with known ones. The tests compare it with scikit-learn, which is not needed to run this.

An unsorted idea counts as a topic of its own.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = Sequence[Hashable]


class Agreement(NamedTuple):
    """Each 1 where topics and labels agree wholly. ami: 0 on average where topics were dealt out by chance."""

    v_measure: float
    ami: float
    b_cubed_f1: float


def agreement(labels: Labels, topics: Sequence[Hashable | None]) -> Agreement:
    """Return how well topics agree with labels; both of the same length."""
    found = [("unsorted", i) if topic is None else ("topic", topic) for i, topic in enumerate(topics)]
    table = _contingency(labels, found)
    if not table.size:
        return Agreement(1.0, 1.0, 1.0)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    mutual, of_labels, of_topics = _mutual_information(table), _entropy(rows), _entropy(columns)
    middle = (of_labels + of_topics) / 2
    chance = _expected_information(rows, columns)
    v_measure = mutual / middle if middle else 1.0
    ami = (mutual - chance) / (middle - chance) if abs(middle - chance) > np.finfo(float).eps else 1.0
    return Agreement(v_measure, ami, _b_cubed(table, rows, columns))


def _contingency(labels: Labels, topics: Labels) -> NDArray[np.int64]:
    """Return how many ideas of each label are in each topic, shape (labels, topics)."""
    rows, columns = ({name: i for i, name in enumerate(dict.fromkeys(names))} for names in (labels, topics))
    table = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for (label, topic), count in Counter(zip(labels, topics, strict=True)).items():
        table[rows[label], columns[topic]] = count
    return table


def _entropy(sizes: NDArray[np.int64]) -> float:
    share = sizes / sizes.sum()
    return float(-(share * np.log(share)).sum())


def _mutual_information(table: NDArray[np.int64]) -> float:
    share = table / table.sum()
    usual = np.outer(share.sum(axis=1), share.sum(axis=0))
    there = share > 0
    return float((share[there] * np.log(share[there] / usual[there])).sum())


def _expected_information(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> float:
    """Return the mutual information to be expected of two random partitions of these sizes (Vinh et al. 2010, eq. 24a).

    Sizes that occur often are reckoned once.
    """
    n = int(rows.sum())
    factorial = np.array([math.lgamma(i + 1) for i in range(n + 1)])
    expected = 0.0
    for a, rows_of_it in Counter(rows.tolist()).items():
        for b, columns_of_it in Counter(columns.tolist()).items():
            shared = np.arange(max(1, a + b - n), min(a, b) + 1)
            chance = np.exp(
                factorial[a] + factorial[b] + factorial[n - a] + factorial[n - b] - factorial[n]
                - factorial[shared] - factorial[a - shared] - factorial[b - shared] - factorial[n - a - b + shared]
            )  # fmt: skip
            told = shared / n * np.log(n * shared / (a * b))
            expected += rows_of_it * columns_of_it * float((told * chance).sum())
    return expected


def _b_cubed(table: NDArray[np.int64], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> float:
    """Return the harmonic mean of precision and recall, each averaged over ideas (Bagga and Baldwin 1998)."""
    precision = float((table**2 / columns).sum() / table.sum())
    recall = float((table**2 / rows[:, None]).sum() / table.sum())
    return 2 * precision * recall / (precision + recall)
