"""The log of what a person says, with how things were before: a row is never changed, but can be undone."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Model, QuerySet

from insights.models import Arrangement, Correction, Idea, Proposal, Topic
from insights.signals import idea_corrected

RowValues = dict[str, dict[str, Any] | None]
"""Fields of rows by their keys, as JSON keeps them; None for one that was not there."""
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Topic: ("name", "named_by", "named_size", "hidden", "pinned", "merged_into_id", "deleted_at"),
    Idea: ("topic_id", "placed_by", "is_replaced"),
    Proposal: ("answer",),
}
"""What a person's word changes in the rows of each table."""


class Batch(NamedTuple):
    """Corrections that are made and undone together. former: rows that they change beside those of each correction."""

    user_id: int
    batch: UUID
    former: dict[str, RowValues]

    def record(
        self,
        kind: Correction.Kind,
        former: dict[str, RowValues],
        *,
        topic: Topic | None = None,
        idea: Idea | None = None,
        from_topic: UUID | None = None,
    ) -> None:
        """Record one correction. former: the rows that it changes, as they were (`snapshot`)."""
        Correction.objects.create(
            user_id=self.user_id,
            batch=self.batch,
            kind=kind,
            former=self.former | former,
            topic=topic,
            idea=idea,
            from_topic_id=from_topic,
            name=topic.name if topic else "",
        )

    def record_each(
        self, kind: Correction.Kind, former: dict[str, RowValues], *, topic: Topic, from_topic: UUID | None = None
    ) -> None:
        """Record a correction for each idea in `former`, or one without an idea, each with all else that changes.

        A row goes with its idea, should the memo be deleted for good: what is left can still be undone.
        """
        ideas = former["Idea"]
        keys: list[str | None] = [*ideas] or [None]
        Correction.objects.bulk_create(
            Correction(
                user_id=self.user_id,
                batch=self.batch,
                kind=kind,
                former={**self.former, **former, "Idea": {idea: ideas[idea]} if idea else {}},
                topic=topic,
                idea_id=UUID(idea) if idea else None,
                from_topic_id=from_topic,
                name=topic.name,
            )
            for idea in keys
        )


def new_batch(user_id: int, former: dict[str, RowValues] | None = None) -> Batch:
    """Return a new batch of a user's corrections; nothing is written yet."""
    return Batch(user_id, uuid4(), former or {})


def snapshot(rows: "QuerySet[Any]", *fields: str) -> dict[str, RowValues]:
    """Return some rows of a table as they are now. fields: those that will change, all of FIELDS by default."""
    asked = fields or FIELDS[rows.model]
    values = rows.values_list("pk", *asked)
    found: RowValues = {
        str(key): {name: _as_json(one) for name, one in zip(asked, was, strict=True)} for key, *was in values
    }
    return {rows.model.__name__: found}


def _as_json(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def bump_version(user_id: int) -> None:
    """Raise the version of a user's arrangement, so that a placement computed meanwhile is computed again.

    Locks the row until the transaction ends: others who change the user's ideas wait.
    """
    Arrangement.objects.get_or_create(user_id=user_id)
    Arrangement.objects.filter(user_id=user_id).update(version=F("version") + 1)


MAX_LOOKED_IDEAS = 100
"""The last corrected ideas near which it is looked again; what waits near others is tried at night."""


def record_looks_due(user_id: int, ideas: Iterable[UUID]) -> None:
    """Write near which ideas it is to be looked again, in the transaction that corrects them."""
    arrangement, _is_new = Arrangement.objects.select_for_update().get_or_create(user_id=user_id)
    due = dict.fromkeys([*(arrangement.look_near or ()), *map(str, ideas)])
    Arrangement.objects.filter(user_id=user_id).update(look_near=list(due)[-MAX_LOOKED_IDEAS:])


def announce_correction(idea: Idea) -> None:
    """Write that it is to be looked again near an idea, and send `idea_corrected` once that is committed."""
    record_looks_due(idea.user_id, [idea.pk])
    transaction.on_commit(lambda: idea_corrected.send_robust(sender=Idea, id=idea.pk), robust=True)
