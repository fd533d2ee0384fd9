"""Ingest: a recording is resolved, stored and committed, and only then gets its receipt."""

import uuid
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from capture.core.audio_types import sniff
from capture.core.dates.files import date_of_open_file
from capture.core.dates.headers import SpokenAt, parse_spoken_at
from capture.core.errors import Refusal
from capture.core.sealed import is_sealed
from capture.core.sidecars import SidecarText
from capture.models import Context, Device, Memo, MemoPeaks, Source, TextBeside, UnseenOriginal, User
from capture.services.deduplication import checked_id, has_left_traces, lock_identity, resolve_duplicate
from capture.services.devices import refuse_if_revoked
from capture.services.quota import refuse_over_quota
from capture.services.receipts import Receipt, is_kept, keep_sealing, receipt_of, receipt_of_sealed
from capture.services.recordings import open_original
from capture.services.sealing import Sealing, open_sealed
from capture.signals import memo_received
from capture.storage import stores
from capture.storage.incoming import PIECE_BYTES, Incoming, open_incoming

NO_FILE_TIME = float("nan")
"""Stands for a modification time: an upload has none."""
LIVE_FOR = timedelta(days=7)
"""A watched folder may hold years: what is older than this keeps no memo of today waiting."""


class Received(NamedTuple):
    """The receipt of a recording; `created` unless it was here already."""

    receipt: Receipt
    created: bool


class Sent(NamedTuple):
    """What a sender says of a recording; all of it may be missing. sha256: in hex, of all its bytes.

    text: what stands in for hearing it, if the memo is new here. name: of its file, by which it may be dated.
    """

    client_id: str | None = None
    recorded_at: str | None = None
    sha256: str | None = None
    context: str | None = None
    text: SidecarText | None = None
    name: str = ""


def ingest_recording(user: User, device: Device | None, source: Source, incoming: Incoming, sent: Sent) -> Received:
    """Store a recording, or resolve it to one that is here, and return its receipt once its row is committed.

    What came sealed is opened first, and kept as it was recorded. Raises Refusal, with nothing stored.
    """
    if sent.sha256 and incoming.bytes and not constant_time_compare(sent.sha256, incoming.sha256):
        raise Refusal("wrong-digest")
    if not is_sealed(incoming.head):
        return _ingest_audio(user, device, source, incoming, sent)
    with open_sealed(incoming) as (audio, sealing):
        receipt, created = _ingest_audio(user, device, source, audio, sent, sealing=sealing)
    return Received(receipt_of_sealed(receipt, sealing), created)


def _ingest_audio(
    user: User, device: Device | None, source: Source, incoming: Incoming, sent: Sent, *, sealing: Sealing | None = None
) -> Received:
    """Store plain audio, and return its own receipt. sealing: the sealed bytes that it came in, if it was sealed."""
    if not incoming.bytes:
        raise Refusal("empty")
    memo = _build_memo(user, device, source, incoming, sent)
    receipt = _resolve_resent(memo, sent, sealing)
    if receipt:
        restore_missing_file(user, incoming)
        return Received(receipt, created=False)
    refuse_over_quota(user, memo.bytes, Q(client_id=memo.client_id))
    stores.store_recording(incoming, memo.path)
    # Should the commit's outcome be unknown, the file stays: one too many is swept, one too few is a memo lost.
    try:
        receipt = _insert_memo(memo, sent, sealing)
    except (Refusal, IntegrityError):  # the account may have been erased meanwhile
        stores.remove_recording(memo.path)
        raise
    if receipt:
        _restore_by_stored(memo)
        stores.remove_recording(memo.path)
        return Received(receipt, created=False)
    return Received(receipt_of(memo, memo.client_id), created=True)


def _resolve_resent(memo: Memo, sent: Sent, sealing: Sealing | None) -> Receipt | None:
    """Resolve a recording that was sent before to its receipt, or return None. Raises Refusal."""
    if not has_left_traces(memo):
        return None
    with lock_identity(memo.user_id):
        return _resolve_locked(memo, sent, sealing)


def _resolve_locked(memo: Memo, sent: Sent, sealing: Sealing | None) -> Receipt | None:
    """Refuse a revoked device, then resolve a duplicate. The caller holds `lock_identity`."""
    if memo.device:
        refuse_if_revoked(memo.device)
    receipt = resolve_duplicate(memo, sent.client_id)
    if receipt and sealing and sent.client_id:
        keep_sealing(memo.user, sent.client_id, sealing)
    return receipt


def _insert_memo(memo: Memo, sent: Sent, sealing: Sealing | None) -> Receipt | None:
    """Insert the row of a stored recording; or return the receipt of one that came in meanwhile. Raises Refusal."""
    with lock_identity(memo.user_id):
        receipt = _resolve_locked(memo, sent, sealing)
        if receipt is None:
            refuse_over_quota(memo.user, memo.bytes, Q(client_id=memo.client_id))
            memo.save(force_insert=True)
            if sealing:
                keep_sealing(memo.user, memo.client_id, sealing)
            if sent.text:
                TextBeside.objects.create(memo=memo, kind=sent.text.kind, words=sent.text.words)
            transaction.on_commit(lambda: _announce_received(memo), robust=True)
    return receipt


def restore_missing_file(user: User, incoming: Incoming) -> None:
    """Store the file of a known recording where it was lost, or never here, before its receipt is given.

    Raises Refusal.
    """
    if memo := _find_without_file(user, incoming.sha256):
        stores.store_recording(incoming, memo.path)
        if UnseenOriginal.objects.filter(memo=memo).exists():
            _record_seen(memo, incoming)


def _find_without_file(user: User, sha256: str) -> Memo | None:
    memo = Memo.objects.filter(user=user, sha256=sha256).first()
    return memo if memo and not is_kept(memo) else None


def _restore_by_stored(memo: Memo) -> None:
    """Do the same with a recording that is stored by now: what tells of its bytes came meanwhile."""
    if _find_without_file(memo.user, memo.sha256):
        with open_original(memo, lambda: None) as stored, open_incoming() as arriving:
            while piece := stored.read(PIECE_BYTES):
                arriving.write(piece)
            restore_missing_file(memo.user, arriving)


def _record_seen(memo: Memo, incoming: Incoming) -> None:
    """Write what an export told of a memo as its bytes say, which are here now. Its copy and peaks are made anew."""
    stores.remove_playback(memo.path)
    kind = sniff(incoming.head) or memo.kind
    with transaction.atomic():
        same = Memo.objects.filter(pk=memo.pk)
        same.update(original_gone_at=None, deleted_at=None, kind=kind, bytes=incoming.bytes)
        UnseenOriginal.objects.filter(memo=memo).delete()
        MemoPeaks.objects.filter(memo=memo).delete()


def _announce_received(memo: Memo) -> None:
    memo_received.send_robust(sender=Memo, id=memo.pk)


def _build_memo(user: User, device: Device | None, source: Source, incoming: Incoming, sent: Sent) -> Memo:
    kind = sniff(incoming.head)
    if kind is None:
        raise Refusal("not-audio")
    client_id = checked_id(sent.client_id) if sent.client_id else str(uuid.uuid4())
    context = sent.context or (device.default_context if device else "")
    if context not in {"", *Context.values}:
        raise Refusal("bad-context")
    now = timezone.now()
    at, utc_offset, assumed = _spoken_at(user, incoming, sent, now)
    memo_id = uuid.uuid4()
    return Memo(
        id=memo_id,
        client_id=client_id,
        user=user,
        device=device,
        source=source,
        archive=source == Source.IMPORT or (source == Source.WATCHED and now - at > LIVE_FOR),
        recorded_at=at,
        utc_offset=utc_offset,
        date_assumed=assumed,
        received_at=now,
        context=context,
        kind=kind,
        bytes=incoming.bytes,
        sha256=incoming.sha256,
        path=stores.new_path(memo_id, user.pk),
    )


def _spoken_at(user: User, incoming: Incoming, sent: Sent, now: datetime) -> SpokenAt:
    """Return when it was spoken: as its sender says, else as its name or the recording itself says, as of imports."""
    if sent.recorded_at:
        return parse_spoken_at(sent.recorded_at, now)
    incoming.finish()
    with incoming.path.open("rb") as file:
        found = date_of_open_file(PurePath(sent.name).stem, file, NO_FILE_TIME, ZoneInfo(user.time_zone), now)
    is_said = found.dated_by != "file"
    return SpokenAt(found.at, found.utc_offset, assumed=False) if is_said else parse_spoken_at(None, now)
