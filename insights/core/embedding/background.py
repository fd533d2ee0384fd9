"""What a model makes of sentences that have nothing to do with one another: all else is held against that."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import Background, Vectors, unit

UNRELATED = (
    "I have to renew my passport before the summer.",
    "The neighbour's dog barked half the night.",
    "Add a pinch of salt to the dough next time.",
    "My knee hurts when I walk down the stairs.",
    "What if the detective is the brother of the thief?",
    "Ask the bank why they charged us twice.",
    "The roses need to be cut back before winter.",
    "She laughed exactly like our grandmother did.",
    "We could paint the kitchen door dark green.",
    "The projector in the lecture hall is broken again.",
    "A slower tempo would suit the second movement.",
    "Sell the old bicycle and the trailer.",
    "He never answers letters before Friday.",
    "The moon looked enormous over the lake tonight.",
    "Put the batteries on the shopping list.",
    "I keep putting off the talk with my manager.",
    "Electric cars lose range when it freezes.",
    "The translation sounds stiff in the third paragraph.",
    "Take the children to the museum of ships.",
    "I dreamed of a house without doors.",
    "The website should load without any scripts.",
    "Honey dissolves better in tea that is not too hot.",
    "Why do birds sing before the sun is up?",
    "The insurance wants photographs of the roof.",
    "Begin the speech with a question to the audience.",
    "There is a draught from the window in the study.",
    "Breathing out longer than in calms me at once.",
    "Our goalkeeper was the best man on the field.",
    "Order new glasses with thinner frames.",
    "The experiment needs a control group of its own size.",
    "Cheap wine gives me a headache.",
    "Someone should write down how the village used to be.",
)
"""Things that people say into a recorder, no two of them about the same."""


LEAST_STRETCH, MOST_STRETCH = 0.5, 1.5
"""Of a stretch: beyond, a model tells too little apart for this to help, and what is said twice would not meet."""


def background(embed: Callable[[Sequence[str]], Vectors], usual_spread: float | None = None) -> Background:
    """Return a model's common vector and cosine scale.

    usual_spread: of the model that thresholds were found with; None: it is this one.
    What all share is the mean vector of the English stop words: grammar, not meaning.
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    common: NDArray[np.float32] = embed(sorted(STOP_WORDS)).mean(axis=0)
    stretch = 1.0 if usual_spread is None else usual_spread / cosine_spread(embed)
    return Background(common, min(max(stretch, LEAST_STRETCH), MOST_STRETCH))


def cosine_spread(embed: Callable[[Sequence[str]], Vectors]) -> float:
    """Return the standard deviation of the cosines of unrelated sentences, less what they share: 0.08 in WordLlama."""
    vectors = embed(UNRELATED)
    apart = unit(vectors - vectors.mean(axis=0))
    pairs = (apart @ apart.T)[np.triu_indices(len(UNRELATED), 1)]
    return max(float(pairs.std()), 1e-3)
