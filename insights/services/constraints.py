"""What the rows of a user's corrections bind."""

from collections.abc import Iterator

from capture.models import User
from insights.core.topics.constraints import Bound, Kind, Word, bound
from insights.models import Correction

KINDS = {
    Correction.Kind.MOVED: Kind.PLACED,
    Correction.Kind.CONFIRMED: Kind.PLACED,
    Correction.Kind.SPOKEN: Kind.PLACED,
    Correction.Kind.SPLIT: Kind.PLACED,
    Correction.Kind.NOT_THIS: Kind.BARRED,
    Correction.Kind.MERGED: Kind.MERGED,
    Correction.Kind.APART: Kind.APART,
    Correction.Kind.WHOLE: Kind.WHOLE,
    Correction.Kind.DELETED: Kind.DELETED,
}
"""What else there is makes, names, pins or hides a topic."""


def bound_of(user: User) -> Bound:
    """Return what a user said that holds. Ideas and topics are called by their primary keys."""
    return bound(words_of(user))


def words_of(user: User) -> Iterator[Word]:
    """Yield what a user said and did not undo, in order."""
    rows = Correction.objects.of(user).standing()
    for kind, topic, idea, other in rows.values_list("kind", "topic", "idea", "from_topic"):
        yield Word(KINDS.get(Correction.Kind(kind), Kind.TOUCHED), topic, idea, other)
