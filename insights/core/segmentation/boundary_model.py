"""How likely it is that a speaker turned to something else: a logistic model whose weights are in weights.json.

`manage.py fit_splitting` fitted them, on the development sets hwu64-cues, hwu64-no-cues, hwu64-plain, memos-punct and
memos-plain (three people; these count twice), and what tells requests apart (`request_kinds`); docs/topics.md gives its
figures on memos and people that were left out. English.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.segmentation.cues import announces
from insights.core.segmentation.features import Numbers, boundary_features
from insights.core.segmentation.sentences import SentenceRuns
from transcription.core.words import Word

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
LANGUAGE = "en"
"""What the weights were fitted on."""
TURN_PROBABILITY = 0.55
"""The probability from which on two sentences are parted; lower, more memos of one idea are torn."""


class BoundaryWeights(NamedTuple):
    """Log odds: bias + the weighted signs."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, found: Mapping[str, Numbers]) -> Numbers:
        """Return the log odds of a turn at each place. found: signs by name, of shape (n,)."""
        weighted = [weight * found[name] for name, weight in self.weights.items()]
        total: Numbers = self.bias + np.sum(weighted, axis=0)
        return total


@cache
def boundary_weights() -> BoundaryWeights:
    """Return the weights in the repository."""
    stored = json.loads(WEIGHTS_FILE.read_text())
    return BoundaryWeights(stored["bias"], stored["weights"])


def decide_turns(heard: SentenceRuns, log_odds: Numbers) -> list[bool]:
    """Return where two sentences are parted: where a turn is likely, or announced.

    Who begins a sentence with "another idea" is believed, whatever else speaks against it. Without punctuation nobody
    knows where one begins: there the weights decide.
    """
    likely = log_odds >= np.log(TURN_PROBABILITY / (1 - TURN_PROBABILITY))
    announced = [heard.is_punctuated and announces(sentence.text, LANGUAGE) for sentence in heard.sentences[1:]]
    return [bool(one or other) for one, other in zip(likely, announced, strict=True)]


def model_turns(heard: SentenceRuns, words: Sequence[Word], embedder: Embedder) -> list[bool]:
    """Return, for each place between two sentences, whether the speaker turned to something else there."""
    places = len(heard.sentences) - 1
    return decide_turns(heard, boundary_weights().log_odds(boundary_features(heard, words, embedder))) if places else []
