"""Fitting how much each sign of a turn weighs, on memos whose ideas a person told apart; and what tells requests apart.

Pure.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder, Vectors
from insights.core.segmentation import boundary_model, request_kinds
from insights.core.segmentation.features import Numbers, boundary_features, sentence_likeness
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
KEPT_DIRECTIONS = 30
"""Directions, of at most as many as there are kinds less one."""
TOWARDS_ROUND = 0.3
"""How far the spread within kinds is drawn towards one that is the same in every direction."""
FEWEST_UTTERANCES = 4
"""Utterances of a kind that tell how far it spreads."""
SPOKEN_WEIGHT = 2.0
"""How many times a memo of a person counts beside one that is put together out of requests; of 1, 2 and 3."""


class BoundaryExample(NamedTuple):
    """A memo with its signs at each place between two sentences, and the right answers: 1, 0, or NaN for either."""

    memo: LabelledMemo
    heard: SentenceRuns
    found: Mapping[str, Numbers]
    turned: Numbers

    def bounds(self, weights: boundary_model.BoundaryWeights) -> list[int]:
        """Return the boundaries that weights give."""
        if not self.found:
            return []
        parted = boundary_model.decide_turns(self.heard, weights.log_odds(self.found))
        return [sentence.first for sentence, turn in zip(self.heard.sentences[1:], parted, strict=True) if turn]


def boundary_examples(
    memos: Sequence[LabelledMemo], embedder: Embedder, directions: request_kinds.RequestDirections | None = None
) -> list[BoundaryExample]:
    """Return memos with their signs. directions: see `boundary_features`."""
    return [_boundary_example(memo, embedder, directions) for memo in memos]


def _boundary_example(
    memo: LabelledMemo, embedder: Embedder, directions: request_kinds.RequestDirections | None
) -> BoundaryExample:
    said = find_sentences(memo.words, boundary_model.LANGUAGE)
    places = [sentence.first for sentence in said.sentences[1:]]
    found = boundary_features(said, memo.words, embedder, directions) if places else {}
    turned = [
        1.0 if _is_near(place, memo.bounds) else np.nan if _is_near(place, memo.either) else 0.0 for place in places
    ]
    return BoundaryExample(memo, said, found, np.array(turned))


def _is_near(place: int, bounds: Sequence[int]) -> bool:
    return any(abs(place - bound) <= WITHIN_WORDS for bound in bounds)


def fit_boundary_weights(given: Sequence[BoundaryExample]) -> boundary_model.BoundaryWeights:
    """Return the weights that make the right answers likeliest: logistic regression with a ridge (scikit-learn)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    told = [example for example in given if example.found]
    names = list(told[0].found)
    signs_found = np.concatenate([np.stack([example.found[name] for name in names], axis=1) for example in told])
    turned = np.concatenate([example.turned for example in told])
    counts = np.repeat(
        [SPOKEN_WEIGHT if example.memo.is_spoken else 1.0 for example in told],
        [len(example.turned) for example in told],
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


def fit_directions(
    requests: Sequence[StreamIdea], embedder: Embedder, *, unlike: Sequence[LabelledMemo] = ()
) -> request_kinds.RequestDirections | None:
    """Return what tells kinds of request apart, without those that are said in some memos; None if there are none."""
    said = " ".join(plain_english(joined(memo.words)) for memo in unlike)
    kinds = {text: line.label for line in requests if (text := plain_english(line.text)) not in said}
    if not kinds:
        return None
    return _discriminants(
        sentence_likeness(list(kinds), embedder, less=embedder.background().common).vectors, list(kinds.values())
    )


def _discriminants(vectors: Vectors, kinds: Sequence[str]) -> request_kinds.RequestDirections:
    """Return the directions along which kinds of request lie farthest apart. vectors: (n, d), one for each of kinds.

    Every kind counts the same, and only the spread within is drawn towards round: scikit-learn's discriminant analysis
    shrinks the spread between kinds as well.
    """
    told = np.array(kinds)
    by_kind = [vectors[told == kind].astype(float) for kind in sorted(set(kinds))]
    by_kind = [some for some in by_kind if len(some) >= FEWEST_UTTERANCES]
    within = np.mean([np.cov(some.T, bias=True) for some in by_kind], axis=0)
    within += TOWARDS_ROUND * np.trace(within) / len(within) * np.eye(len(within))
    evened = np.linalg.inv(np.linalg.cholesky(within)).T
    means = np.array([some.mean(axis=0) for some in by_kind])
    middle = means.mean(axis=0)
    _, _, axes = np.linalg.svd((means - middle) @ evened, full_matrices=False)
    across = evened @ axes[:KEPT_DIRECTIONS].T
    return request_kinds.RequestDirections(across.astype(np.float32), (middle @ across).astype(np.float32))


def boundaries_left_out(
    memos: Sequence[LabelledMemo], embedder: Embedder, requests: Sequence[StreamIdea] = ()
) -> list[list[int]]:
    """Return the boundaries of each memo by weights that were fitted on the other groups (see `LabelledMemo.group`).

    requests: what the directions are fitted on, each time without what the group's own memos say.
    """
    found: dict[int, list[int]] = {}
    for group in {memo.group for memo in memos}:
        theirs = fit_directions(requests, embedder, unlike=[memo for memo in memos if memo.group == group])
        given = boundary_examples(memos, embedder, theirs)
        weights = fit_boundary_weights([example for example in given if example.memo.group != group])
        found |= {n: one.bounds(weights) for n, one in enumerate(given) if one.memo.group == group}
    return [found[number] for number in range(len(memos))]
