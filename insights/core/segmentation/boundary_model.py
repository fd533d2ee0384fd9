"""How likely it is that a speaker turned to something else: a logistic model whose weights are in weights.json.

`manage.py fit_splitting` fitted them, on the development sets hwu64-cues, hwu64-no-cues, hwu64-plain, memos-punct and
memos-plain (three people; these count twice), and what tells requests apart (`request_kinds`); docs/topics.md gives its
figures on memos and people that were left out. English.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from insights.core.embedding.protocol import Embedder
from insights.core.mood import wants_done
from insights.core.segmentation.announced import with_announced_turns
from insights.core.segmentation.cues import announces
from insights.core.segmentation.features import boundary_features
from insights.core.segmentation.likeness import Numbers
from insights.core.segmentation.patterns_en import AND_PATTERN, FRAME_PATTERN, GOING_ON_PATTERN, plain_english
from insights.core.segmentation.sentences import SentenceRuns
from transcription.core.words import Word

WEIGHTS_FILE = Path(__file__).with_name("weights.json")
LANGUAGE = "en"
"""What the weights were fitted on."""
TURN_PROBABILITY = 0.55
"""The probability from which on two sentences are parted; lower, more memos of one idea are torn."""
GOING_ON_PROBABILITY = 0.9
SECOND_TASK_PROBABILITY = 0.15
ANNOUNCED_PROBABILITY = 0.05
"""The same where more ideas were announced than parted."""


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

    Who begins a sentence with "another idea" is believed, whatever else speaks against it; so is who says "two things".
    Without punctuation nobody knows where a sentence begins: there the weights decide.
    """
    least = [_least_log_odds(before.text, sentence.text) for before, sentence in pairwise(heard.sentences)]
    likely = log_odds >= np.array(least)
    announced = [heard.is_punctuated and announces(sentence.text, LANGUAGE) for sentence in heard.sentences[1:]]
    turned = [bool(one or other) for one, other in zip(likely, announced, strict=True)]
    return with_announced_turns(turned, heard, log_odds.tolist(), LANGUAGE, least=_log_odds(ANNOUNCED_PROBABILITY))


def _least_log_odds(before: str, sentence: str) -> float:
    """Return the log odds from which on two sentences are parted: another for tasks that follow a task.

    The sets hold too few of these for the weights to know: what is done to "it" goes on, and after "for the garden,
    order mulch", "and move the roses" is a task of its own.
    """
    said, line = plain_english(before), plain_english(sentence)
    if not wants_done(sentence, LANGUAGE) or not wants_done(before, LANGUAGE):
        return _log_odds(TURN_PROBABILITY)
    if GOING_ON_PATTERN.match(line):
        return _log_odds(GOING_ON_PROBABILITY)
    if FRAME_PATTERN.match(said) and AND_PATTERN.match(line):
        return _log_odds(SECOND_TASK_PROBABILITY)
    return _log_odds(TURN_PROBABILITY)


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


def model_turns(heard: SentenceRuns, words: Sequence[Word], embedder: Embedder) -> list[bool]:
    """Return, for each place between two sentences, whether the speaker turned to something else there."""
    places = len(heard.sentences) - 1
    return decide_turns(heard, boundary_weights().log_odds(boundary_features(heard, words, embedder))) if places else []
