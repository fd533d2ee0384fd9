"""How much one user may keep, and have under way."""

from django.conf import settings
from django.db.models import Q, Sum

from capture.core.errors import Refusal, quota_reached
from capture.models import Alias, Device, Memo, SealedCopy, Tombstone, Upload, User

MAX_OPEN_UPLOADS = 1000
"""Resumable uploads of one user that are not finished: no honest phone has so many, and each is a row and a file."""


def refuse_over_quota(user: User, more: int, own: Q) -> None:
    """Raise Refusal (507) where `more` bytes are too many for this user. What can still be undeleted counts.

    What unfinished uploads hold counts too: what came, for what was announced may never come. own: which of them are
    the same recording, and do not.
    """
    if settings.QUOTA and kept_bytes(user) + unfinished_bytes(user, own) + more > settings.QUOTA:
        raise quota_reached(settings.QUOTA)


def refuse_unless_known(user: User, client_id: str, sha256: str | None, announced: int, own: Q | None = None) -> None:
    """Raise Refusal (507) where `announced` bytes that nobody knows yet are too many for this user.

    What was sent before is answered, however full it is: its sender waits for a receipt to let go of it. own: as in
    `refuse_over_quota`; unless it is said, those of the same id.
    """
    if not settings.QUOTA:
        return
    same = [Memo.objects.filter(user=user, client_id=client_id), Alias.objects.filter(user=user, client_id=client_id)]
    same.append(Tombstone.objects.filter(user=user, client_id=client_id))
    if sha256:
        same.append(Memo.objects.filter(user=user, sha256=sha256))
        same.append(SealedCopy.objects.filter(user=user, sha256=sha256))
    if not any(known.exists() for known in same):
        refuse_over_quota(user, announced, own or Q(client_id=client_id))


MAX_DEVICE_UPLOADS = 200
"""Of one device: that many of one leave room for the user's others."""


def refuse_many_uploads(device: Device) -> None:
    """Raise Refusal (429) where a device, or its user with all devices, has as many uploads open as may be."""
    if Upload.objects.filter(device=device, finished_at=None).count() >= MAX_DEVICE_UPLOADS:
        raise Refusal("many-uploads", limit=MAX_DEVICE_UPLOADS)
    if Upload.objects.open_of(device.user).count() >= MAX_OPEN_UPLOADS:
        raise Refusal("many-uploads", limit=MAX_OPEN_UPLOADS)


def unfinished_bytes(user: User, but: Q) -> int:
    """Return how many bytes there are of a user's unfinished uploads, some left out."""
    return Upload.objects.open_of(user).exclude(but).aggregate(sum=Sum("offset"))["sum"] or 0


def kept_bytes(user: User) -> int:
    """Return how many bytes of recordings there are of a user."""
    return Memo.objects.filter(user=user).aggregate(sum=Sum("bytes"))["sum"] or 0
