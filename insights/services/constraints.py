"""What the rows of a user's corrections bind."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from capture.models import User
from insights.core.topics.constraints import Constraints, Statement, StatementKind, resolve_constraints
from insights.models import Correction

STATEMENT_KINDS = {
    Correction.Kind.MOVED: StatementKind.PLACED,
    Correction.Kind.CONFIRMED: StatementKind.PLACED,
    Correction.Kind.SPOKEN: StatementKind.PLACED,
    Correction.Kind.SPLIT: StatementKind.PLACED,
    Correction.Kind.NOT_THIS: StatementKind.BARRED,
    Correction.Kind.MERGED: StatementKind.MERGED,
    Correction.Kind.APART: StatementKind.APART,
    Correction.Kind.WHOLE: StatementKind.WHOLE,
    Correction.Kind.DELETED: StatementKind.DELETED,
}
"""What else there is makes, names, pins or hides a topic."""
STATED = ("kind", "topic", "idea", "from_topic")
"""The columns of a correction that a statement is made from."""


class KnownConstraints(NamedTuple):
    """What a user said that holds, up to the row that was the last."""

    constraints: Constraints
    last: int


def read_constraints(user: User, known: KnownConstraints | None) -> KnownConstraints:
    """Return what a user said that holds. known: what was read before, to which only the new rows are added."""
    said = Correction.objects.of(user).order_by("pk")
    if known is not None:
        new = list(said.filter(pk__gt=known.last).values_list("pk", *STATED))
        # What is undone among the new rows, and what undoes, would both be among them.
        if all(kind != Correction.Kind.UNDONE for _, kind, *_ in new):
            last = new[-1][0] if new else known.last
            return KnownConstraints(resolve_constraints((_statement(*row) for _, *row in new), known.constraints), last)
    newest = said.values_list("pk", flat=True).last()
    return KnownConstraints(resolve_constraints(statements_of(user)), newest or 0)


def statements_of(user: User) -> Iterator[Statement]:
    """Yield what a user said and did not undo, in order."""
    for row in Correction.objects.of(user).standing().values_list(*STATED):
        yield _statement(*row)


def _statement(kind: str, topic: UUID | None, idea: UUID | None, other: UUID | None) -> Statement:
    return Statement(STATEMENT_KINDS.get(Correction.Kind(kind), StatementKind.TOUCHED), topic, idea, other)
