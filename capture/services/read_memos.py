"""What programs read of memos and sits. The words come from a later room, which settings.MEMO_WORDS names."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from capture.core.audio_kinds import KINDS
from capture.core.nights import clock_at
from capture.models import Memo, MemoQuerySet, Sit, User
from capture.services.contexts import contexts_of

Row = dict[str, Any]


def memos_with_device(user: User) -> MemoQuerySet:
    """Return a user's memos with all that telling of them takes, but for what is told of their words."""
    return Memo.objects.of(user).select_related("device")


def memo_rows(user: User, memos: Sequence[Memo]) -> list[Row]:
    """Return what is told of some of a user's memos, in their order: a fixed number of queries."""
    zone, contexts = ZoneInfo(user.time_zone), contexts_of(user, memos)
    words: dict[UUID, Row] = import_string(settings.MEMO_WORDS)([memo.pk for memo in memos])
    return [
        {
            "id": memo.pk,
            "recorded_at": clock_at(memo.recorded_at, memo.utc_offset, zone),
            "date_assumed": memo.date_assumed,
            "received_at": memo.received_at.astimezone(zone),
            "archive": memo.archive,
            "context": contexts[memo.pk],
            "source": memo.source,
            "device": memo.device.name if memo.device else None,
            "media_type": KINDS[memo.kind].media_type,
            "bytes": memo.bytes,
            "sha256": memo.sha256,
            "audio": audio_path_of(memo.pk),
            "original": None if memo.original_gone_at else reverse("api:read_original", args=[memo.pk]),
            "words": words.get(memo.pk),
        }
        for memo in memos
    ]


def audio_path_of(memo: UUID) -> str:
    """Return the path at which a program hears a memo."""
    return reverse("api:read_audio", args=[memo])


def sit_rows(user: User, sits: Sequence[Sit]) -> list[Row]:
    """Return what is told of sits: by their user's clock."""
    zone = ZoneInfo(user.time_zone)
    return [
        {
            "id": sit.pk,
            "started_at": sit.started_at.astimezone(zone),
            "ended_at": sit.ended_at and sit.ended_at.astimezone(zone),
            "kind": sit.kind,
        }
        for sit in sits
    ]
