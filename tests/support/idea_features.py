"""Ideas for tests of placing: with real vectors, or with small made-up ones."""

from collections.abc import Sequence
from itertools import count

import numpy as np

from insights.core.embedding.protocol import SENTENCES, Background
from insights.core.embedding.wordllama import default_embedder
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.index import TopicIndex
from insights.core.topics.tokens import words_of

D = 6
THEMES = ("garden", "office", "boat")
WORDS = {
    "garden": ("tomato", "water", "soil", "seed"),
    "office": ("invoice", "tax", "letter", "desk"),
    "boat": ("weld", "stern", "paint", "rope"),
}


def said(key: object, text: str, memo: object = None) -> IdeaFeatures:
    """Return an idea with the vector and words that the product would give it."""
    embedder = default_embedder()
    return IdeaFeatures(key, embedder.embed([text])[0], words_of(text, "en", embedder.rarity), memo)


def made_up(key: object, theme: str, seed: int) -> IdeaFeatures:
    """Return an idea of a theme: near it in six dimensions, with two of its words."""
    chance = np.random.default_rng(seed)
    vector = np.eye(D)[THEMES.index(theme)] + chance.normal(0, 0.35, D)
    words = dict.fromkeys(chance.choice(WORDS[theme], 2, replace=False).tolist(), 1.0)
    return IdeaFeatures(key, (vector / np.linalg.norm(vector)).astype(np.float32), words)


_numbers = count()
"""Topics that machines found are called by; as in the rows, no two maps call different ones the same."""


def empty_map(*, real: bool = False, sentences: bool = False) -> TopicIndex:
    background = default_embedder().background() if real else Background(np.zeros(D, dtype=np.float32))
    if sentences:
        background = background._replace(kind=SENTENCES)
    return TopicIndex(background, lambda: next(_numbers))


def groups(index: TopicIndex, keys: Sequence[object]) -> list[object]:
    """Return the topic of each idea, by its key."""
    return [index.topic_of(index.position_of(key)) for key in keys]
