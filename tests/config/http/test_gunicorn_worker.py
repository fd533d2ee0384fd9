"""Whose connection it is: one that comes from another network of the same site takes the same turns."""

from contextlib import closing
from socket import socketpair

import pytest
from gunicorn.config import Config

from config.http.gunicorn_worker import Connection


def address_of(peer: str) -> str:
    ours, theirs = socketpair()
    with closing(ours), closing(theirs):
        return Connection(Config(), ours, (peer, 40_000, 0, 0), ("::1", 8000, 0, 0)).address


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:1::5", "2001:db8:1:ffff::6", True),
        ("2001:db8:1::5", "2001:db8:2::5", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_one_site_takes_one_turn(one: str, other: str, is_same: bool) -> None:
    assert (address_of(one) == address_of(other)) is is_same
