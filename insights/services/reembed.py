"""From one model's vectors to another's, in the background: the old ones serve until all the new ones are there."""

import logging
import time

from django.db import transaction
from django.db.models import F, Q, QuerySet

from capture.models import User
from insights.core.classify import kind_of
from insights.core.embedding.protocol import Embedder, Unavailable, knows, to_bytes
from insights.error_text import describe_problem
from insights.models import EDGE_KINDS, Arrangement, Idea
from insights.services import embedders, process_state
from insights.services.correction_log import bump_version
from insights.services.idea_features import compared_text

log = logging.getLogger(__name__)

BATCH_IDEAS = 32
"""Ideas whose vectors are written in one transaction."""
SLICE_SECONDS = 5.0
"""How long one notification keeps a worker at it: what is spoken meanwhile waits no longer. The sweep asks again."""


def serving_embedder(user: User) -> Embedder:
    """Return the embedder by which a user's ideas are compared now. Raises Unavailable."""
    return embedders.load_embedder(serving_model(user))


def serving_model(user: User) -> str:
    """Return by which model's vectors a user's ideas are compared now; nothing is loaded.

    For whoever has no ideas yet it is the one that the settings want.
    """
    arrangement = Arrangement.objects.filter(user=user).first()
    if arrangement is not None and arrangement.vector_model:
        return arrangement.vector_model
    first = Idea.objects.filter(user=user).exclude(vector_model="").values_list("vector_model", flat=True)[:1]
    return next(iter(first), "") or embedders.wanted_model()


def count_due_reembeddings() -> int:
    """Return of how many users the ideas are compared by another model than the settings want."""
    return Arrangement.objects.exclude(vector_model=embedders.wanted_model()).count()


def reembed_some() -> bool:
    """Make vectors of the wanted model for some seconds; a user who has them all is compared by these from then on.

    Returns whether there is more to do. Whatever was made stays made: a worker that is killed loses one batch.
    """
    alone = process_state.current.reembedding
    if not alone.acquire(blocking=False):
        return False
    try:
        return _reembed_until(time.monotonic() + SLICE_SECONDS)
    except Unavailable as reason:
        log.warning("Ideas are not compared anew yet: %s", describe_problem(reason.message))
        return True
    finally:
        alone.release()


def _reembed_until(until: float) -> bool:
    model = embedders.wanted_model()
    stale = Arrangement.objects.exclude(vector_model=model).order_by("pk")
    embedder = embedders.load_embedder(model) if stale.exists() else None
    while embedder and time.monotonic() < until and (arrangement := stale.first()):
        lacking = _ideas_without_vectors(arrangement.user_id, embedder).select_related("transcript")[:BATCH_IDEAS]
        if lacking:
            _store_vectors(list(lacking), arrangement, embedder)
        else:
            _switch_model(arrangement, model)
    return stale.exists()


def _ideas_without_vectors(user_id: int, embedder: Embedder) -> QuerySet[Idea]:
    """Return ideas, of deleted memos too, that have no vector of the model yet, and can have one."""
    lacking = Idea.objects.filter(user_id=user_id).exclude(
        Q(vector_model=embedder.model) | Q(other_model=embedder.model)
    )
    if embedder.languages is not None:
        lacking = lacking.filter(transcript__language__in=["", *embedder.languages])
    return lacking.order_by("pk")


def _store_vectors(ideas: list[Idea], arrangement: Arrangement, embedder: Embedder) -> None:
    vectors = embedder.embed([compared_text(idea, idea.transcript.language) for idea in ideas])
    with transaction.atomic():
        for idea, vector in zip(ideas, vectors, strict=True):
            # Beside the vector that serves, and in the place of any other.
            serves = idea.vector_model and arrangement.vector_model in {"", idea.vector_model}
            names = ("other_vector", "other_model") if serves else ("vector", "vector_model")
            Idea.objects.filter(pk=idea.pk).update(**dict(zip(names, (to_bytes(vector), embedder.model), strict=True)))


def _switch_model(arrangement: Arrangement, model: str) -> None:
    """Switch a user to the new vectors, unless somebody arranged their ideas since it was seen that none lacks one."""
    unchanged = Arrangement.objects.filter(pk=arrangement.pk, version=arrangement.version)
    if unchanged.update(vector_model=model, version=F("version") + 1):
        log.info("A user's ideas are compared by %s from now on; docs/topics.md shows how well each model does", model)


def embed_parts(user: User) -> None:
    """Write kinds and vectors of the ideas that a person parted, joined or moved edges of. Raises Unavailable."""
    model = serving_model(user)
    parts = Idea.objects.of(user).filter(vector_model="", corrections__kind__in=EDGE_KINDS).distinct()
    if not parts.exists():
        return
    embedder = embedders.load_embedder(model)
    ideas = [idea for idea in parts.select_related("transcript") if knows(embedder, idea.transcript.language)]
    for start in range(0, len(ideas), BATCH_IDEAS):
        some = ideas[start : start + BATCH_IDEAS]
        vectors = embedder.embed([compared_text(idea, idea.transcript.language) for idea in some])
        with transaction.atomic():
            bump_version(user.pk)
            for idea, vector in zip(some, vectors, strict=True):
                Idea.objects.filter(pk=idea.pk).update(
                    vector=to_bytes(vector), vector_model=model, kind=kind_of(idea.text, idea.transcript.language)
                )


def has_ideas_without_vectors(user: User) -> bool:
    """Return whether some of a user's ideas cannot be sorted yet: no model knew the language they are spoken in."""
    return Idea.objects.of(user).filter(vector_model="", other_model="").exists()
