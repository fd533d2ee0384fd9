"""Times of sitting still, as a device tells of them: when one begins, and again when it is over."""

from typing import NamedTuple

from django.utils import timezone

from capture.core.dates.headers import parse_spoken_at
from capture.core.errors import Refusal
from capture.core.visible_text import visible_name
from capture.models import Device, Sit
from capture.models.memos import SitQuerySet
from capture.services.deduplication import checked_id


class SentSit(NamedTuple):
    """What a device says of a sit: RFC 3339 with offset, `ended` None while it lasts."""

    started: str
    ended: str | None = None
    kind: str = ""


def record_sit(device: Device, client_id: str, sent: SentSit) -> bool:
    """Store a sit, or the end of a known one, and return whether it is new.

    A known one keeps its beginning, and loses no end that was told: a phone sends again, and what it sent first may
    come last. Absurd dates are treated as those of memos. Raises Refusal where it cannot be read.
    """
    now = timezone.now()
    started = parse_spoken_at(sent.started, now)
    ended = parse_spoken_at(sent.ended, now) if sent.ended else None
    if ended and ended.at < started.at and not (started.assumed or ended.assumed):
        raise Refusal("ends-before-it-starts")
    if ended and ended.at - started.at > SitQuerySet.LONGEST and not (started.assumed or ended.assumed):
        raise Refusal("sit-too-long")
    told = {"device": device, "started_at": started.at, "kind": visible_name(sent.kind)}
    sit, is_new = Sit.objects.get_or_create(user=device.user, client_id=checked_id(client_id), defaults=told)
    if ended:
        latest = sit.started_at + SitQuerySet.LONGEST
        Sit.objects.filter(pk=sit.pk).update(ended_at=min(max(ended.at, sit.started_at), latest))
    return is_new
