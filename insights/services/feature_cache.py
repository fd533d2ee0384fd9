"""What ideas are to placing: read from the rows once, and kept by this process, for it never changes."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from capture.models import User
from insights.core.embedding.protocol import Embedder, from_bytes
from insights.core.segmentation.cues import without_cue
from insights.core.topics.index import IdeaFeatures
from insights.core.topics.tokens import words_of
from insights.models import Idea
from transcription.models import Transcript

KEPT = 4
"""Users whose ideas were read last; some 4 KB an idea."""
AT_ONCE = 500
"""Ideas that are asked for by their keys; of more, all are read."""
DAY_SECONDS = 86400
READ = (
    "text", "vector", "vector_model", "other_vector",
    "transcript__language", "transcript__memo__recorded_at", "transcript__memo__context",
)  # fmt: skip

_kept: OrderedDict[tuple[int, str], dict[UUID, IdeaFeatures]] = OrderedDict()
_lock = threading.Lock()


def features_of_keys(user: User, embedder: Embedder, keys: Sequence[UUID]) -> list[IdeaFeatures]:
    """Return a user's ideas, by their primary keys, as placing sees them. They have vectors of the embedder's model."""
    with _lock:
        known = _kept.get((user.pk, embedder.model), {})
    lacking = [key for key in keys if key not in known]
    rows = Idea.objects.of(user).with_vectors_of(embedder.model).select_related("transcript__memo").only(*READ)
    if len(lacking) <= AT_ONCE:
        rows = rows.filter(pk__in=lacking)
    read = {idea.pk: features_of(idea, idea.transcript, embedder) for idea in rows}
    # What was deleted a moment ago is in neither; the words of all that was deleted go.
    there = {key: features for key in keys if (features := known.get(key) or read.get(key)) is not None}
    with _lock:
        _kept[user.pk, embedder.model] = there
        _kept.move_to_end((user.pk, embedder.model))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return list(there.values())


def features_of(idea: Idea, transcript: Transcript, embedder: Embedder) -> IdeaFeatures:
    """Return an idea as placing sees it."""
    memo = transcript.memo
    (vector,) = from_bytes([idea.vector_of(embedder.model)], len(embedder.background().common))
    words = words_of(without_cue(idea.text, transcript.language), transcript.language, embedder.rarity)
    return IdeaFeatures(idea.pk, vector, words, memo.pk, memo.recorded_at.timestamp() / DAY_SECONDS, memo.context)
