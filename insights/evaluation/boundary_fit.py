"""Fitting how much each sign of a turn weighs, on memos whose ideas a person told apart; and what tells requests apart.

Pure.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder, Vectors
from insights.core.segmentation import boundary_model, request_kinds
from insights.core.segmentation.features import SentenceSigns, sentence_signs
from insights.core.segmentation.likeness import Numbers, grammar_vector, sentence_likeness
from insights.core.segmentation.patterns_en import plain_english
from insights.core.segmentation.sentences import SentenceRuns, find_sentences
from insights.evaluation.boundaries import WITHIN_WORDS
from insights.evaluation.memos import LabelledMemo
from insights.evaluation.streams import StreamIdea
from transcription.core.words import joined

RIDGE = 10.0
"""How strongly the weights are held at 0, the signs being over their spread; of 3, 10 and 30, on groups left out."""
SLOPE_TOLERANCE = 1e-8
"""Slope at which the fit ends: the weights are written with four decimals."""
KEPT_DIRECTIONS = 50
"""Directions, of at most as many as there are kinds less one."""
TOWARDS_ROUND = 1.0
"""How far the spread within kinds is drawn towards one that is the same in every direction."""
FEWEST_UTTERANCES = 4
"""Utterances of a kind that tell how far it spreads."""
LEAST_BETWEEN = 1e-3
ASKING_RIDGE = 3.0
"""How strongly the direction of requests is held at 0."""
SPOKEN_WEIGHT = 2.0
"""How many times a memo of a person counts beside one that is put together out of requests; of 1, 2 and 3."""


class BoundaryExample(NamedTuple):
    """A memo with its signs, None if it is one sentence, and the right answers at each place between two sentences.

    turned: 1, 0, or NaN for either, of shape (n - 1,) for n sentences.
    """

    memo: LabelledMemo
    heard: SentenceRuns
    signs: SentenceSigns | None
    turned: Numbers

    def bounds(self, fitted: "FittedSplitting") -> list[int]:
        """Return the boundaries that weights give."""
        if not self.signs:
            return []
        log_odds = fitted.weights.log_odds(self.signs.with_requests(fitted.kinds))
        parted = boundary_model.decide_turns(self.heard, log_odds)
        return [sentence.first for sentence, turn in zip(self.heard.sentences[1:], parted, strict=True) if turn]


class FittedSplitting(NamedTuple):
    """What `manage.py fit_splitting` finds out."""

    weights: boundary_model.BoundaryWeights
    kinds: request_kinds.RequestKinds


def boundary_example(memo: LabelledMemo, embedder: Embedder) -> BoundaryExample:
    """Return a memo with its signs."""
    said = find_sentences(memo.words, boundary_model.LANGUAGE)
    places = [sentence.first for sentence in said.sentences[1:]]
    turned = [
        1.0 if _is_near(place, memo.bounds) else np.nan if _is_near(place, memo.either) else 0.0 for place in places
    ]
    signs = sentence_signs(said, memo.words, embedder) if places else None
    return BoundaryExample(memo, said, signs, np.array(turned))


def _is_near(place: int, bounds: Sequence[int]) -> bool:
    return any(abs(place - bound) <= WITHIN_WORDS for bound in bounds)


class SplittingFit:
    """Fits splitting on all memos, or on those of some groups. requests: what is fitted of kinds; else it stays."""

    def __init__(self, given: Sequence[BoundaryExample], requests: Sequence[StreamIdea], embedder: Embedder) -> None:
        self._given = given
        self._requests = requests
        self._embedder = embedder
        self._kinds: dict[frozenset[str], request_kinds.RequestKinds] = {}

    def without(self, *groups: str) -> FittedSplitting:
        """Return what is fitted on the memos of all groups but these (see `LabelledMemo.group`).

        What is known of requests is fitted without those that these groups' memos say; and where a memo is learnt from,
        without its own group's too, as if it were a stranger's.
        """
        others = [one for one in self._given if one.memo.group not in groups]
        found = [
            (one, one.signs.with_requests(self.kinds_without(*groups, one.memo.group))) for one in others if one.signs
        ]
        return FittedSplitting(fit_boundary_weights(found), self.kinds_without(*groups))

    def kinds_without(self, *groups: str) -> request_kinds.RequestKinds:
        """Return what is known of requests without those that these groups' memos say."""
        if not self._requests:
            return request_kinds.request_kinds()
        left_out = frozenset(groups)
        if left_out not in self._kinds:
            theirs = [one.memo for one in self._given if one.memo.group in left_out]
            told = [one for one in self._given if one.memo.is_spoken and one.memo.group not in left_out]
            self._kinds[left_out] = fit_request_kinds(self._requests, told, self._embedder, unlike=theirs)
        return self._kinds[left_out]

    def bounds_left_out(self) -> list[list[int]]:
        """Return the boundaries of each memo by what is fitted on the other groups."""
        by_others = {group: self.without(group) for group in {one.memo.group for one in self._given}}
        return [one.bounds(by_others[one.memo.group]) for one in self._given]


def fit_boundary_weights(
    given: Sequence[tuple[BoundaryExample, Mapping[str, Numbers]]],
) -> boundary_model.BoundaryWeights:
    """Return the weights that make the right answers likeliest: logistic regression with a ridge (scikit-learn).

    given: memos of at least two sentences, and their signs by name.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    names = list(given[0][1])
    signs_found = np.concatenate([np.stack([found[name] for name in names], axis=1) for _, found in given])
    turned = np.concatenate([example.turned for example, _ in given])
    counts = np.repeat(
        [SPOKEN_WEIGHT if example.memo.is_spoken else 1.0 for example, _ in given],
        [len(example.turned) for example, _ in given],
    )
    known = ~np.isnan(turned)
    signs_found, turned, counts = signs_found[known], turned[known], counts[known]
    scaler = StandardScaler().fit(signs_found)
    model = LogisticRegression(C=1 / RIDGE, solver="newton-cholesky", tol=SLOPE_TOLERANCE)
    model.fit(scaler.transform(signs_found), turned, sample_weight=counts)
    plain = model.coef_[0] / scaler.scale_
    bias = model.intercept_[0] - plain @ scaler.mean_
    return boundary_model.BoundaryWeights(
        float(bias), dict(zip(names, (float(weight) for weight in plain), strict=True))
    )


def fit_request_kinds(
    requests: Sequence[StreamIdea],
    told: Sequence[BoundaryExample],
    embedder: Embedder,
    *,
    unlike: Sequence[LabelledMemo] = (),
) -> request_kinds.RequestKinds:
    """Return what tells kinds of request apart, and requests from what people tell.

    told: memos of people, with their signs. unlike: memos whose requests are left out.
    """
    said = " ".join(plain_english(joined(memo.words)) for memo in unlike)
    kinds = {text: line.label for line in requests if (text := plain_english(line.text)) not in said}
    vectors = sentence_likeness(list(kinds), embedder, less=grammar_vector(embedder)).vectors
    across, middle, between, within = _discriminants(vectors, list(kinds.values()))
    asking, bias = _asking_direction(vectors, [one.signs.whole.vectors for one in told if one.signs])
    parts = (across, middle, between, within, asking, bias)
    return request_kinds.RequestKinds(*(part.astype(np.float32) for part in parts))


def _asking_direction(requests: Vectors, told: Sequence[Vectors]) -> tuple[Numbers, Numbers]:
    """Return the direction of requests and its log odds at zero; zeros, where nobody told anything."""
    from sklearn.linear_model import LogisticRegression

    if not told:
        return np.zeros(requests.shape[1]), np.zeros(())
    others = np.concatenate(told)
    others = others[others.any(axis=1)]
    model = LogisticRegression(C=1 / ASKING_RIDGE, class_weight="balanced", max_iter=200)
    model.fit(np.concatenate([requests, others]), np.repeat([1, 0], [len(requests), len(others)]))
    return model.coef_[0], model.intercept_[0]


def _discriminants(vectors: Vectors, kinds: Sequence[str]) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return `RequestKinds.across`, `middle`, `between` and `within`. vectors: (n, d), one for each of kinds.

    Every kind counts the same, and only the spread within is drawn towards round: scikit-learn's discriminant analysis
    shrinks the spread between kinds as well.
    """
    told = np.array(kinds)
    by_kind = [vectors[told == kind].astype(float) for kind in sorted(set(kinds))]
    by_kind = [some for some in by_kind if len(some) >= FEWEST_UTTERANCES]
    within = np.mean([np.cov(some.T) for some in by_kind], axis=0)
    within += TOWARDS_ROUND * np.trace(within) / len(within) * np.eye(len(within))
    evened = np.linalg.inv(np.linalg.cholesky(within)).T
    means = np.array([some.mean(axis=0) for some in by_kind])
    middle = means.mean(axis=0)
    _, _, axes = np.linalg.svd((means - middle) @ evened, full_matrices=False)
    across = evened @ axes[:KEPT_DIRECTIONS].T
    placed = [(some - middle) @ across for some in by_kind]
    spreads = np.array([some.var(axis=0, ddof=1) for some in placed])
    # The means of few requests lie apart by chance as well.
    by_chance = np.mean(spreads / np.array([[len(some)] for some in placed]), axis=0)
    between = np.maximum(np.var([some.mean(axis=0) for some in placed], axis=0) - by_chance, LEAST_BETWEEN)
    return across, middle @ across, between, spreads.mean(axis=0)
