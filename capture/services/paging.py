"""Long lists in pages: where one ended is told in a cursor, which is its user's alone, so that no row is met twice.

A page goes on behind the values of its last row (keyset), whatever came or went before it meanwhile.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from capture.core.errors import Refusal
from capture.models import User

DEFAULT_ROWS = 50
MAX_ROWS = 200
Row = TypeVar("Row", bound=Model)
Position = list[Any]
"""The values of a row by which a list is ordered, as JSON keeps them."""


def write_cursor(user: User, listing: str, position: Position) -> str:
    """Return a cursor for a place in one user's listing."""
    return _signer(user, listing).sign_object(position)


def read_cursor(user: User, listing: str, cursor: str) -> Position:
    """Return the place that a cursor tells. Raises Refusal (400) for another's, or one of another listing."""
    try:
        position = _signer(user, listing).unsign_object(cursor)
    except (BadSignature, ValueError) as error:
        raise Refusal("bad-cursor") from error
    return list(position)


def _signer(user: User, listing: str) -> Signer:
    return Signer(salt=f"cursor {listing} {user.pk}")


class Order(NamedTuple):
    """How a listing is ordered: by fields whose values together are one row's alone, all of them up or all down."""

    fields: tuple[str, ...]
    is_descending: bool = False

    @property
    def terms(self) -> list[str]:
        """Return what Django orders by."""
        return [f"-{field}" if self.is_descending else field for field in self.fields]

    def after(self, position: Position) -> Q:
        """Return the condition of rows behind a position, which may be a value of the first field alone.

        That field is bounded by itself, for an index.
        """
        beyond = "lt" if self.is_descending else "gt"
        behind = Q()
        for field, value in reversed(list(zip(self.fields, position, strict=False))):
            behind = Q(**{f"{field}__{beyond}": value}) | (Q(**{field: value}) & behind if behind else Q())
        return Q(**{f"{self.fields[0]}__{beyond}e": position[0]}) & behind


class RowPage(NamedTuple):
    """Some rows of a list, and the cursor of what follows, None where nothing does."""

    rows: list[Any]
    cursor: str | None


def page_of_rows(
    user: User,
    listing: str,
    rows: QuerySet[Row],
    order: Order,
    *,
    cursor: str | None,
    limit: int,
    place_of: Callable[[Row], Sequence[Any]],
    is_few: bool = False,
) -> RowPage:
    """Return a page of rows. place_of: the values of a row by which it is ordered. Raises Refusal (400).

    is_few: all rows are found by another index than their order, and so few that they are numbered: to cut off the
    first of them, PostgreSQL would go through all there are in that order.
    """
    if cursor:
        rows = rows.filter(order.after(read_cursor(user, listing, cursor)))
    if is_few:
        number = Window(RowNumber(), order_by=order.terms)
        found = list(rows.annotate(number=number).filter(number__lte=limit + 1).order_by("number"))
    else:
        found = list(rows.order_by(*order.terms)[: limit + 1])
    if len(found) <= limit:
        return RowPage(found, None)
    return RowPage(found[:limit], write_cursor(user, listing, [_plain(value) for value in place_of(found[limit - 1])]))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (int, float)) else str(value)
