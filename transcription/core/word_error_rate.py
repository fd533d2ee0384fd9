"""The word error rate of heard words against those that were said."""

import re
from collections.abc import Iterable, Sequence


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
