"""Taking a recording in: who it is, once, for good, and only then a receipt."""

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, TypedDict

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from capture import errors, storage
from capture.dates import spoken
from capture.errors import Refusal
from capture.models import Alias, Context, Device, Memo, Source, TextBeside, Tombstone, User
from capture.pairing import refuse_if_revoked
from capture.quota import refuse_over_quota
from capture.signals import memo_received
from capture.sniffing import sniff
from capture.texts_beside import TextRead

CLIENT_ID = re.compile(r"[A-Za-z0-9._~-]{1,128}")
LIVE = timedelta(days=7)
"""A watched folder may hold years: what is older than this keeps no memo of today waiting."""


class Receipt(TypedDict):
    """What lets a phone delete its copy."""

    id: str
    sha256: str
    bytes: int
    received_at: datetime
    safe_to_delete: bool


class Received(NamedTuple):
    """What came of a recording: `created` unless it was here already."""

    receipt: Receipt
    created: bool


class Sent(NamedTuple):
    """What a sender says of a recording; all of it may be missing. sha256: in hex, of all its bytes.

    text: what stands in for hearing it, if the memo is new here.
    """

    client_id: str | None = None
    recorded_at: str | None = None
    sha256: str | None = None
    context: str | None = None
    text: TextRead | None = None


def receive(user: User, device: Device | None, source: Source, incoming: storage.Incoming, sent: Sent) -> Received:
    """Keep a recording, or recognise it, and return its receipt: its bytes lie where they stay, its row is committed.

    Raises Refusal, with nothing stored.
    """
    if not incoming.bytes:
        raise errors.empty()
    if sent.sha256 and not hmac.compare_digest(sent.sha256, incoming.sha256):
        raise errors.wrong_digest()
    memo = _memo(user, device, source, incoming, sent)
    known = _recognised(memo, sent.client_id)
    if known:
        _make_good(user, incoming)
        return known
    refuse_over_quota(user, memo.bytes)
    storage.keep(incoming, memo.path)
    # Should the commit's outcome be unknown, the file stays: one too many is swept, one too few is a memo lost.
    try:
        known = _written(memo, sent)
    except Refusal:
        storage.remove(memo.path)
        raise
    if known:
        storage.remove(memo.path)
        return known
    return Received(receipt_of(memo, memo.client_id), created=True)


def _recognised(memo: Memo, asked_id: str | None) -> Received | None:
    """Return the receipt of a recording that is here already, or was deleted. Raises Refusal."""
    if not _left_traces(memo):
        return None
    with identity_locked(memo.user_id):
        if memo.device:
            refuse_if_revoked(memo.device)
        return _known(memo.user, memo.device, memo, asked_id)


def _written(memo: Memo, sent: Sent) -> Received | None:
    """Write the row of a recording that is kept; or return the receipt of one that came meanwhile. Raises Refusal."""
    with identity_locked(memo.user_id):
        if memo.device:
            refuse_if_revoked(memo.device)
        known = _known(memo.user, memo.device, memo, sent.client_id) if _left_traces(memo) else None
        if known is None:
            refuse_over_quota(memo.user, memo.bytes)
            memo.save(force_insert=True)
            if sent.text:
                TextBeside.objects.create(memo=memo, kind=sent.text.kind, words=sent.text.words)
            transaction.on_commit(lambda: _announce(memo), robust=True)
    return known


def _make_good(user: User, incoming: storage.Incoming) -> None:
    """Put a recording that is known, and whose file is gone, back in its place before its receipt."""
    memo = Memo.objects.filter(user=user, sha256=incoming.sha256).first()
    if memo and not storage.is_there(memo.path, memo.bytes):
        storage.keep(incoming, memo.path)


@contextmanager
def identity_locked(user_id: int) -> Iterator[None]:
    """Let one recording of a user at a time be told from all others: ids and bytes live in several tables."""
    with transaction.atomic():
        if connection.features.has_select_for_update:  # SQLite has one writer at a time in any case
            User.objects.select_for_update(no_key=True).only("pk").get(pk=user_id)
        yield


def _announce(memo: Memo) -> None:
    memo_received.send_robust(sender=Memo, id=memo.pk)


def _memo(user: User, device: Device | None, source: Source, incoming: storage.Incoming, sent: Sent) -> Memo:
    kind = sniff(incoming.head)
    if kind is None:
        raise errors.not_audio()
    client_id = checked_id(sent.client_id) if sent.client_id else str(uuid.uuid4())
    context = sent.context or (device.default_context if device else "")
    if context not in {"", *Context.values}:
        raise errors.bad_context()
    now = timezone.now()
    at, utc_offset, assumed = spoken(sent.recorded_at, now)
    memo_id = uuid.uuid4()
    return Memo(
        id=memo_id,
        client_id=client_id,
        user=user,
        device=device,
        source=source,
        archive=source == Source.IMPORT or (source == Source.WATCHED and now - at > LIVE),
        recorded_at=at,
        utc_offset=utc_offset,
        date_assumed=assumed,
        received_at=now,
        context=context,
        kind=kind,
        bytes=incoming.bytes,
        sha256=incoming.sha256,
        path=storage.new_path(memo_id),
    )


def checked_id(client_id: str) -> str:
    """Return the client's id. Raises Refusal where it is no id."""
    if not CLIENT_ID.fullmatch(client_id):
        raise errors.bad_id()
    return client_id


_TRACES = """
    SELECT 1 FROM capture_memo WHERE user_id = %(user)s AND (client_id = %(id)s OR sha256 = %(sha256)s)
    UNION ALL
    SELECT 1 FROM capture_alias WHERE user_id = %(user)s AND client_id = %(id)s
    UNION ALL
    SELECT 1 FROM capture_tombstone WHERE user_id = %(user)s AND (client_id = %(id)s OR sha256_keyed = %(keyed)s)
    LIMIT 1
"""


def _left_traces(memo: Memo) -> bool:
    """Return whether its id or its bytes were ever here: one question, for nearly always they were not."""
    asked: dict[str, int | str] = {
        "user": memo.user_id,
        "id": memo.client_id,
        "sha256": memo.sha256,
        "keyed": keyed(memo.sha256),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TRACES, asked)
        return cursor.fetchone() is not None


def _known(user: User, device: Device | None, memo: Memo, asked_id: str | None) -> Received | None:
    """Return the receipt of a recording that is here already, or was deleted. Raises Refusal where the id is taken."""
    mine = Memo.objects.filter(user=user)
    same_id = mine.filter(client_id=memo.client_id).first() or mine.filter(aliases__client_id=memo.client_id).first()
    if same_id:
        if same_id.sha256 != memo.sha256:
            raise errors.other_bytes()
        return _again(same_id, memo, asked_id)
    buried = Tombstone.objects.filter(user=user)
    same_buried_id = buried.filter(client_id=memo.client_id).first()
    if same_buried_id:
        if same_buried_id.sha256_keyed != keyed(memo.sha256):
            raise errors.other_bytes()
        return Received(receipt_of(memo, memo.client_id), created=False)
    same_bytes = mine.filter(sha256=memo.sha256).first()
    if same_bytes:
        if asked_id:
            Alias.objects.create(user=user, client_id=asked_id, memo=same_bytes, device=device)
        return _again(same_bytes, memo, asked_id)
    # A device that sends deleted bytes is late; a person who adds them on a page wants them back.
    if memo.source != Source.WEB and buried.filter(sha256_keyed=keyed(memo.sha256)).exists():
        return Received(receipt_of(memo, memo.client_id), created=False)
    return None


def _again(known: Memo, memo: Memo, asked_id: str | None) -> Received:
    """Answer a memo that was sent again under the id that was asked for; on a page, that undoes its deletion too."""
    if memo.source == Source.WEB:
        Memo.objects.filter(pk=known.pk).update(deleted_at=None)
    return Received(receipt_of(known, asked_id or known.client_id), created=False)


def receipt_of(memo: Memo, asked_id: str) -> Receipt:
    """Return the receipt of a memo under the id by which it was asked for."""
    return {
        "id": asked_id,
        "sha256": memo.sha256,
        "bytes": memo.bytes,
        "received_at": memo.received_at,
        "safe_to_delete": True,
    }


def receipt_for(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of what this device sent under this id, or None."""
    mine = Memo.objects.filter(user=device.user_id)
    memo = (
        mine.filter(client_id=client_id, device=device).first()
        or mine.filter(aliases__client_id=client_id, aliases__device=device).first()
    )
    if memo is None:
        return _uploaded(device, client_id)
    return receipt_of(memo, client_id) if storage.is_there(memo.path, memo.bytes) else None


def _uploaded(device: Device, client_id: str) -> Receipt | None:
    """Return the receipt of a resumable upload whose recording was here already, or was deleted: PUT answers it too."""
    finished = device.uploads.select_related("memo").filter(client_id=client_id).exclude(finished_at=None)
    upload = finished.order_by("finished_at").last()
    if upload is None or upload.finished_at is None:
        return None
    if memo := upload.memo:
        return receipt_of(memo, client_id) if storage.is_there(memo.path, memo.bytes) else None
    return {
        "id": client_id,
        "sha256": upload.sha256,
        "bytes": upload.length,
        "received_at": upload.finished_at,
        "safe_to_delete": True,
    }


def keyed(sha256: str) -> str:
    """Return the hash that a tombstone keeps: without the data folder's key nobody can check a guess against it."""
    return hmac.new(settings.SECRET_KEY.encode(), f"tombstone {sha256}".encode(), hashlib.sha256).hexdigest()
