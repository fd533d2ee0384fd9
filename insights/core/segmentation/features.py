"""What tells, between two sentences, whether the speaker turned to something else. English; see patterns_en.py.

Each sign is a number for each place between neighbouring sentences. Similarities are cosines of vectors less what all
sentences have in common, and of the bare content words; of the neighbours, and of windows up to three sentences wide
(after Hearst's TextTiling, 1997). Pauses are logarithms, beside the memo's others.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Embedder, Vector, Vectors
from insights.core.language.spacy_blank import blank
from insights.core.mood import wants_done
from insights.core.segmentation import request_kinds
from insights.core.segmentation.cues import has_cue, without_cue
from insights.core.segmentation.patterns_en import EMPTY_WORDS, PATTERNS, PRONOUN_PATTERN, plain_english
from insights.core.segmentation.sentences import SentenceRuns
from transcription.core.words import Word

Numbers = NDArray[np.float64]
"""Of shape (n - 1,) for n sentences."""

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


class SentenceLikeness(NamedTuple):
    """How alike sentences are. vectors: of shape (n, d), unit length or zero; lengths: in words, of shape (n,)."""

    vectors: Vectors
    lengths: Numbers

    def neighbours(self) -> Numbers:
        """Return the similarity of each two neighbours."""
        cosines: Numbers = np.einsum("nd,nd->n", self.vectors[:-1], self.vectors[1:]).astype(np.float64)
        return cosines

    def windows(self, width: int) -> Numbers:
        """Return the similarity of what lies before each place to what lies behind it, `width` sentences each."""
        weighted = self.vectors * np.sqrt(self.lengths)[:, None]
        sums = np.concatenate([np.zeros((1, weighted.shape[1])), np.cumsum(weighted, axis=0)])
        places = np.arange(1, len(self.lengths))
        before = sums[places] - sums[np.maximum(places - width, 0)]
        behind = sums[np.minimum(places + width, len(self.lengths))] - sums[places]
        norms = np.linalg.norm(before, axis=1) * np.linalg.norm(behind, axis=1)
        cosines: Numbers = np.einsum("nd,nd->n", before, behind) / np.maximum(norms, 1e-9)
        return cosines

    def best(self, width: int) -> Numbers:
        """Return the similarity of the two sentences most alike across each place, from `width` on either side."""
        all_pairs = self.vectors @ self.vectors.T
        places = range(1, len(self.lengths))
        return np.array([all_pairs[max(0, k - width) : k, k : k + width].max() for k in places])


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
        **_likeness_features(about, whole, embedder),
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


def _likeness_features(about: Sequence[str], whole: SentenceLikeness, embedder: Embedder) -> dict[str, Numbers]:
    bare = [[word for word in line.split() if not _is_stop_word(word)] for line in about]
    core = sentence_likeness([" ".join(words) for words in bare], embedder)
    near, core_near = whole.neighbours(), core.neighbours()
    stems = [{_strip_ending(word) for word in words} for words in bare]
    return {
        "near": near,
        "near two": whole.windows(2),
        "best of two": whole.best(2),
        "best of three": whole.best(3),
        "dip": _likeness_dips(near),
        "usual likeness": np.full(len(near), near.mean()),
        "beside usual": near - near.mean(),
        "bare": core_near,
        "bare two": core.windows(2),
        "bare three": core.windows(3),
        "bare best of two": core.best(2),
        "bare beside usual": core_near - core_near.mean(),
        "shared words": _shared_words(stems, 1, 2),
        "shared words of two": _shared_words(stems, 2, 3),
        "shared words of all": _spanning_words(stems, 3),
    }


def sentence_likeness(
    texts: Sequence[str], embedder: Embedder, less: NDArray[np.float32] | float = 0.0
) -> SentenceLikeness:
    """Return sentence vectors without their common part; empty ones are zero."""
    rest = embedder.embed([text or "nothing" for text in texts]) - less
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9)
    says = np.array([[bool(text)] for text in texts])
    return SentenceLikeness(rest * says, np.array([len(text.split()) or 1 for text in texts], float))


def _likeness_dips(near: Numbers) -> Numbers:
    """Return how far likeness falls at each place below the best within two places on either side (TextTiling)."""
    dips = []
    for place, here in enumerate(near):
        before, behind = near[max(0, place - 2) : place], near[place + 1 : place + 3]
        dips.append(before.max(initial=here) + behind.max(initial=here) - 2 * here)
    return np.array(dips)


def _shared_words(stems: Sequence[set[str]], width: int, at_most: int) -> Numbers:
    """Return how many words stand on both sides of each place, `width` sentences each."""
    places = range(1, len(stems))
    sides = [(set().union(*stems[max(0, k - width) : k]), set().union(*stems[k : k + width])) for k in places]
    return np.array([min(len(before & behind), at_most) for before, behind in sides], float)


def _spanning_words(stems: Sequence[set[str]], at_most: int) -> Numbers:
    """Return how many words stand anywhere before and anywhere behind each place; in one pass, memos being long."""
    said: dict[str, list[int]] = {}
    for number, here in enumerate(stems):
        for stem in here:
            said.setdefault(stem, []).append(number)
    steps = np.zeros(len(stems))
    for numbers in said.values():
        steps[numbers[0]] += 1
        steps[numbers[-1]] -= 1
    return np.minimum(np.cumsum(steps)[:-1], at_most)


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


@cache
def _english_stop_words() -> frozenset[str]:
    return frozenset(blank("en").Defaults.stop_words) | EMPTY_WORDS


def _is_stop_word(word: str) -> bool:
    return word.removesuffix("'s") in _english_stop_words() or word in _english_stop_words()


def _strip_ending(word: str) -> str:
    """Return a word without its commonest endings: enough to know it again."""
    word = word.removesuffix("'s")
    for ending in ("ingly", "edly", "ings", "ing", "ies", "ed", "es", "s", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= SHORT_WORDS:
            return word.removesuffix(ending)
    return word


def grammar_vector(embedder: Embedder) -> Vector:
    """Return the mean vector of the English stop words, shape (d,): what sentences share that says nothing."""
    # An embedder is one a process, and can be hashed; the protocol does not say so.
    return _grammar_vector(cast("Any", embedder))


@cache
def _grammar_vector(embedder: Embedder) -> Vector:
    from spacy.lang.en.stop_words import STOP_WORDS

    mean: Vector = embedder.embed(sorted(STOP_WORDS)).mean(axis=0)
    return mean
