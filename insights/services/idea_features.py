"""What ideas are to placing, read from their rows."""

from collections.abc import Collection, Iterator
from uuid import UUID

from capture.models import User
from insights.core.embedding.protocol import Embedder, from_bytes
from insights.core.segmentation.cues import without_cue
from insights.core.topics.idea_traits import IdeaFeatures
from insights.core.topics.tokens import words_of
from insights.models import Idea
from transcription.core.warnings.marks import is_mostly_doubtful, sure_text
from transcription.models import Transcript

BATCH_KEYS = 500
"""Ideas that are asked for by their keys at once; of more, all of the user's are read."""
DAY_SECONDS = 86400
READ = (
    "text", "doubtful", "vector", "vector_model", "other_vector",
    "transcript__language", "transcript__memo__recorded_at", "transcript__memo__context",
)  # fmt: skip


def read_features(user: User, embedder: Embedder, keys: Collection[UUID]) -> Iterator[IdeaFeatures]:
    """Yield some of a user's ideas, in the order in which they were spoken, as placing sees them.

    What is not to be seen, or has no vector of the embedder's model, is left out.
    """
    ideas = Idea.objects.of(user).with_vectors_of(embedder.model).in_order()
    rows = ideas.select_related("transcript__memo").only(*READ)
    if len(keys) <= BATCH_KEYS:
        rows = rows.filter(pk__in=keys)
    for idea in rows.iterator():
        if idea.pk in keys:
            yield features_of(idea, idea.transcript, embedder)


def features_of(idea: Idea, transcript: Transcript, embedder: Embedder) -> IdeaFeatures:
    """Return an idea as placing sees it."""
    memo = transcript.memo
    (vector,) = from_bytes([idea.vector_of(embedder.model)], len(embedder.background().common))
    words = words_of(compared_text(idea, transcript.language), transcript.language, embedder.rarity)
    return IdeaFeatures(idea.pk, vector, words, memo.pk, memo.recorded_at.timestamp() / DAY_SECONDS, memo.context)


def compared_text(idea: Idea, language: str) -> str:
    """Return what of an idea is compared: neither its cue nor what may not have been said.

    Of one that is mostly doubtful it is all of it: until a person says more of it, nothing is placed by that.
    """
    text = idea.text if is_mostly_doubtful(idea.text, idea.doubtful) else sure_text(idea.text, idea.doubtful)
    return without_cue(text, language)
