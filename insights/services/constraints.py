"""What the rows of a user's corrections bind."""

from collections.abc import Iterator

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


def constraints_of(user: User) -> Constraints:
    """Return what a user said that holds. Ideas and topics are called by their primary keys."""
    return resolve_constraints(statements_of(user))


def statements_of(user: User) -> Iterator[Statement]:
    """Yield what a user said and did not undo, in order."""
    rows = Correction.objects.of(user).standing()
    for kind, topic, idea, other in rows.values_list("kind", "topic", "idea", "from_topic"):
        yield Statement(STATEMENT_KINDS.get(Correction.Kind(kind), StatementKind.TOUCHED), topic, idea, other)
