"""What tells, between two sentences, whether the speaker turned to something else. English; see patterns_en.py.

Each sign is a number for each place between neighbouring sentences. Pauses are logarithms, beside the memo's others.
How alike the sentences are is in likeness.py.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.mood import wants_done
from insights.core.segmentation import request_kinds
from insights.core.segmentation.cues import has_cue, without_cue
from insights.core.segmentation.likeness import (
    Numbers,
    SentenceLikeness,
    grammar_vector,
    likeness_features,
    sentence_likeness,
)
from insights.core.segmentation.patterns_en import PATTERNS, PRONOUN_PATTERN, plain_english
from insights.core.segmentation.sentences import SentenceRuns
from transcription.core.words import Word

USUAL_PAUSE_SECONDS = 0.65
"""Seconds between two sentences where a memo has no other pause to hold one against."""
LEAST_PAUSE_SECONDS = 0.1
SHORT_WORDS = 3
"""Words of a sentence that says next to nothing by itself."""
SAME_KIND_AT_MOST = 6.0
"""Log odds of one kind, where one says no more: vectors are no Gaussians."""
ASKED_SPREAD = 2.0
"""By how much log odds of requests, summed over a memo, are tempered: its sentences are not independent."""
ASKED_AT_MOST = 20.0
BY_REQUESTS = (
    "near", "near two", "best of two", "dip", "pause", "cue", "pause beside usual", "he, it, that", "but, because",
    "request", "question", "i", "bare", "bare two", "bare best of two", "bare beside usual", "punctuated", "pronoun",
    "and", "also", "oh", "shared words", "first", "last", "how far in", "sentences", "words", "length",
)  # fmt: skip
"""Signs that weigh otherwise in a list of requests ("play jazz") than where something is told ("she said")."""


class SentenceSigns(NamedTuple):
    """What the sentences of a memo tell by themselves, and their likeness, for what tells requests apart."""

    found: dict[str, Numbers]
    whole: SentenceLikeness

    def with_requests(self, kinds: request_kinds.RequestKinds) -> dict[str, Numbers]:
        """Return each sign by name, of shape (n - 1,) for n sentences: these, and what is known of requests."""
        one_kind = _kind_features(self.whole, kinds)
        log_odds = np.clip(kinds.request_log_odds(self.whole.vectors).sum(), -ASKED_AT_MOST, ASKED_AT_MOST)
        asked = np.full_like(self.found["requests"], 1 / (1 + np.exp(-log_odds / ASKED_SPREAD)))
        by_requests = {name: self.found[name] for name in BY_REQUESTS} | one_kind
        return (
            self.found
            | {"asked": asked}
            | {f"requests, {name}": self.found["requests"] * values for name, values in by_requests.items()}
            | {f"asked, {name}": asked * values for name, values in one_kind.items()}
        )


def boundary_features(heard: SentenceRuns, words: Sequence[Word], embedder: Embedder) -> dict[str, Numbers]:
    """Return each sign by name, of shape (n - 1,) for n sentences, at least two."""
    return sentence_signs(heard, words, embedder).with_requests(request_kinds.request_kinds())


def sentence_signs(heard: SentenceRuns, words: Sequence[Word], embedder: Embedder) -> SentenceSigns:
    """Return what at least two sentences tell, whatever is known of requests."""
    texts = [sentence.text for sentence in heard.sentences]
    about = [plain_english(without_cue(text, "en")) for text in texts]
    whole = sentence_likeness(about, embedder, less=grammar_vector(embedder))
    found = {
        **_word_features(texts),
        **_pause_features(heard, words),
        **likeness_features(about, whole, embedder),
        **_length_features(texts),
    }
    punctuated = np.full(len(texts) - 1, float(heard.is_punctuated))
    found |= {"punctuated": punctuated} | {
        f"punctuated, {name}": punctuated * found[name] for name in ("pause", "pause beside usual")
    }
    return SentenceSigns(found, whole)


def _word_features(texts: Sequence[str]) -> dict[str, Numbers]:
    """Return what the sentences' words tell: of the one behind each place, and of some, the one before."""
    lines = [plain_english(text) for text in texts]
    holds = {name: np.array([bool(sign.search(line)) for line in lines], float) for name, sign in PATTERNS.items()}
    holds["request"] = np.maximum(holds["request"], np.array([wants_done(text, "en") for text in texts], float))
    asks, tells = np.maximum(holds["request"], holds["question"]), holds.pop("told")
    found = {name: values[1:] for name, values in holds.items()}
    return found | {
        "cue": np.array([has_cue(text, "en") for text in texts[1:]], float),
        "and, request": holds["and"][1:] * holds["request"][1:],
        "pronoun": np.array([bool(PRONOUN_PATTERN.search(line)) for line in lines[1:]], float),
        "after request": holds["request"][:-1],
        "after question": holds["question"][:-1],
        "after question mark": np.array([text.rstrip().endswith("?") for text in texts[:-1]], float),
        "after i": holds["i"][:-1],
        "two requests": asks[1:] * asks[:-1],
        "told": tells[1:] + tells[:-1],
        # As if one more sentence neither asked nor told: of two, nobody knows whether they are a list.
        "requests": np.full(len(texts) - 1, max(0.0, (asks - tells).sum() / (len(texts) + 1))),
        "share asked": np.full(len(texts) - 1, asks.mean()),
        "share told": np.full(len(texts) - 1, tells.mean()),
    }


def _pause_features(heard: SentenceRuns, words: Sequence[Word]) -> dict[str, Numbers]:
    lasts = [sentence.last for sentence in heard.sentences[:-1]]
    seconds = np.array([words[last + 1].start - words[last].end for last in lasts])
    pauses = np.log(np.maximum(seconds, 0) + LEAST_PAUSE_SECONDS)
    usual, longest = [], []
    for place in range(len(pauses)):
        others = np.delete(pauses, place) if len(pauses) > 1 else np.log([USUAL_PAUSE_SECONDS])
        usual.append(np.median(others))
        longest.append(others.max())
    return {
        "pause": pauses,
        "pause beside usual": pauses - usual,
        "pause beside longest": pauses - longest,
        "longest pause": (pauses > longest).astype(float) if len(pauses) > 1 else np.ones(1),
    }


def _kind_features(whole: SentenceLikeness, kinds: request_kinds.RequestKinds) -> dict[str, Numbers]:
    """Return the log odds that what lies around each place is of one kind: of windows, and of the two likeliest."""
    placed = kinds.along(whole.vectors)
    says = whole.vectors.any(axis=1).astype(float)
    sums = np.concatenate([np.zeros((1, placed.shape[1])), np.cumsum(placed, axis=0)])
    counts = np.concatenate([[0.0], np.cumsum(says)])[:, None]
    places = np.arange(1, len(placed))
    found = {}
    for width, name in ((1, "kind"), (2, "kind of two"), (3, "kind of three")):
        before, behind = np.maximum(places - width, 0), np.minimum(places + width, len(placed))
        found[name] = kinds.same_kind(
            sums[places] - sums[before],
            counts[places] - counts[before],
            sums[behind] - sums[places],
            counts[behind] - counts[places],
        )
    found["kind, best of two"] = best_pair(placed, says, kinds)
    return {name: SAME_KIND_AT_MOST * np.tanh(values / SAME_KIND_AT_MOST) for name, values in found.items()}


def best_pair(placed: Numbers, says: Numbers, kinds: request_kinds.RequestKinds) -> Numbers:
    """Return the log odds of the two sentences likeliest of one kind across each place, from two on either side."""
    one = np.ones((1, 1))
    best = np.full(len(placed) - 1, -np.inf)
    for apart in range(1, 4):
        alike = kinds.same_kind(placed[:-apart], one, placed[apart:], one) * says[:-apart] * says[apart:]
        # The pair that begins at sentence a lies across the places a to a + apart - 1, at most two sentences from each.
        for shift in range(max(0, apart - 2), min(apart, 2)):
            np.maximum(best[shift : shift + len(alike)], alike, out=best[shift : shift + len(alike)])
    return best


def _length_features(texts: Sequence[str]) -> dict[str, Numbers]:
    lengths = np.array([len(text.split()) or 1 for text in texts], float)
    places = len(texts) - 1
    first, last = np.eye(1, places)[0], np.eye(1, places, places - 1)[0]
    return {
        "length before": np.log(lengths[:-1]),
        "length": np.log(lengths[1:]),
        "short before": (lengths[:-1] <= SHORT_WORDS).astype(float),
        "short": (lengths[1:] <= SHORT_WORDS).astype(float),
        "sentences": np.full(places, np.log(len(texts))),
        "words": np.full(places, np.log(lengths.sum())),
        "how far in": np.cumsum(lengths)[:-1] / lengths.sum(),
        "first": first,
        "last": last,
    }
