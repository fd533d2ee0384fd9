"""What the rows of a user's corrections bind."""

from collections.abc import Iterator
from typing import NamedTuple

from capture.models import User
from insights.core.topics.constraints import Constraints, Statement, StatementKind, resolve_constraints
from insights.models import Correction, CorrectionQuerySet

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


def constraints_of(user: User) -> Constraints:
    """Return what a user said that holds. Ideas and topics are called by their primary keys."""
    return resolve_constraints(statements_of(user))


class KnownConstraints(NamedTuple):
    """What a user said that holds, up to the row that was the last."""

    constraints: Constraints
    last: int


def read_constraints(user: User, known: KnownConstraints | None) -> KnownConstraints:
    """Return what a user said that holds. known: what was read before, to which only the new rows are added."""
    new = Correction.objects.of(user).filter(pk__gt=known.last if known else 0)
    kinds = dict(new.values_list("pk", "kind"))
    last = max(kinds, default=known.last if known else 0)
    if known is None or Correction.Kind.UNDONE in kinds.values():
        return KnownConstraints(constraints_of(user), last)
    return KnownConstraints(resolve_constraints(_statements(new.standing()), known.constraints), last)


def statements_of(user: User) -> Iterator[Statement]:
    """Yield what a user said and did not undo, in order."""
    return _statements(Correction.objects.of(user).standing())


def _statements(rows: CorrectionQuerySet) -> Iterator[Statement]:
    for kind, topic, idea, other in rows.values_list("kind", "topic", "idea", "from_topic"):
        yield Statement(STATEMENT_KINDS.get(Correction.Kind(kind), StatementKind.TOUCHED), topic, idea, other)
