"""Deduplication: a recording is resolved by its id and by its bytes among all that its user ever sent."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from capture.core.errors import Refusal
from capture.models import Alias, Memo, Source, Tombstone, User
from capture.services.keyed_hash import keyed_hash
from capture.services.receipts import Receipt, receipt_of

CLIENT_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}")
"""What stands in an address as it is; not "." and "..", which clients take out of addresses (RFC 3986, 5.2.4)."""

CLAIMED_PREFIX = "claimed~"
"""Begins the id of a memo whose bytes were found without a row: nobody has a receipt for it yet."""


def checked_id(client_id: str) -> str:
    """Return the client's id. Raises Refusal where it is no id."""
    if not CLIENT_ID.fullmatch(client_id):
        raise Refusal("bad-id")
    return client_id


def keyed_sha256(sha256: str) -> str:
    """Return the hash that a tombstone keeps: without the data folder's key nobody can check a guess against it."""
    return keyed_hash("tombstone", sha256)


@contextmanager
def lock_identity(user_id: int) -> Iterator[None]:
    """Lock a user's ids and hashes, which lie in several tables, in a transaction around the block.

    Raises Refusal where the account was erased meanwhile.
    """
    with transaction.atomic():
        account = User.objects.select_for_update(no_key=True).only("pk").filter(pk=user_id)
        # SQLite has one writer at a time in any case.
        if connection.features.has_select_for_update and account.first() is None:
            raise Refusal("revoked-token")
        yield


_TRACES = """
    SELECT 1 FROM capture_memo WHERE user_id = %(user)s AND (client_id = %(id)s OR sha256 = %(sha256)s)
    UNION ALL
    SELECT 1 FROM capture_alias WHERE user_id = %(user)s AND client_id = %(id)s
    UNION ALL
    SELECT 1 FROM capture_tombstone WHERE user_id = %(user)s AND (client_id = %(id)s OR sha256_keyed = %(keyed)s)
    LIMIT 1
"""


def has_left_traces(memo: Memo) -> bool:
    """Return whether its id or its bytes were ever here. It is one query, for nearly always they were not."""
    asked: dict[str, int | str] = {
        "user": memo.user_id,
        "id": memo.client_id,
        "sha256": memo.sha256,
        "keyed": keyed_sha256(memo.sha256),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRACES, asked)
        return cursor.fetchone() is not None


def resolve_duplicate(memo: Memo, asked_id: str | None) -> Receipt | None:
    """Resolve a recording by id and hash to the receipt of the one that is here already or was deleted, or to None.

    Creates an alias where the bytes are known under another id. memo: as it would be kept. asked_id: the id that was
    sent with it, if one was. Call it inside `lock_identity`. Raises Refusal where the id belongs to other bytes.
    """
    if not has_left_traces(memo):
        return None
    mine = Memo.objects.filter(user=memo.user)
    same_id = mine.filter(client_id=memo.client_id).first() or mine.filter(aliases__client_id=memo.client_id).first()
    if same_id:
        if same_id.sha256 != memo.sha256:
            raise Refusal("other-bytes")
        return _receive_again(same_id, memo, asked_id)
    buried = Tombstone.objects.filter(user=memo.user)
    same_buried_id = buried.filter(client_id=memo.client_id).first()
    if same_buried_id:
        if same_buried_id.sha256_keyed != keyed_sha256(memo.sha256):
            raise Refusal("other-bytes")
        return receipt_of(memo, memo.client_id)
    same_bytes = mine.filter(sha256=memo.sha256).first()
    if same_bytes:
        if same_bytes.client_id.startswith(CLAIMED_PREFIX):
            _describe_claimed(same_bytes, memo)
        elif asked_id:
            Alias.objects.create(user=memo.user, client_id=asked_id, memo=same_bytes, device=memo.device)
        return _receive_again(same_bytes, memo, asked_id)
    # A device that sends deleted bytes is late; a person who adds them on a page wants them back.
    if memo.source != Source.WEB and buried.filter(sha256_keyed=keyed_sha256(memo.sha256)).exists():
        return receipt_of(memo, memo.client_id)
    return None


def _describe_claimed(claimed: Memo, memo: Memo) -> None:
    """Let a memo that was made of a file alone be what its sender, who comes again, says of it.

    A person who corrected its date meanwhile knows better.
    """
    dates = () if claimed.date_as_came else ("recorded_at", "utc_offset", "date_assumed")
    for name in ("client_id", "device", "source", "archive", "context", *dates):
        setattr(claimed, name, getattr(memo, name))
    claimed.save()


def _receive_again(kept: Memo, memo: Memo, asked_id: str | None) -> Receipt:
    """Return the receipt of a memo that was sent again; where a person adds it on a page, undo its deletion.

    Of how many bytes it is, its sender knows: of one whose original was never here an export told that.
    """
    if memo.source == Source.WEB:
        Memo.objects.filter(pk=kept.pk).update(deleted_at=None)
    kept.bytes = memo.bytes
    return receipt_of(kept, asked_id or kept.client_id)
