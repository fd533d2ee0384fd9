"""How much one user may keep."""

from django.conf import settings
from django.db.models import Sum

from capture import errors
from capture.models import Alias, Memo, Tombstone, User


def refuse_over_quota(user: User, more: int) -> None:
    """Raise Refusal (507) where `more` bytes are too many for this user. What can still be undeleted counts."""
    if settings.QUOTA and kept_bytes(user) + more > settings.QUOTA:
        raise errors.quota_reached(settings.QUOTA)


def refuse_unless_known(user: User, client_id: str, sha256: str | None, announced: int) -> None:
    """Raise Refusal (507) where `announced` bytes that nobody knows yet are too many for this user.

    What was sent before is answered, however full it is: its sender waits for a receipt to let go of it.
    """
    if not settings.QUOTA:
        return
    same = [Memo.objects.filter(user=user, client_id=client_id), Alias.objects.filter(user=user, client_id=client_id)]
    same.append(Tombstone.objects.filter(user=user, client_id=client_id))
    if sha256:
        same.append(Memo.objects.filter(user=user, sha256=sha256))
    if not any(known.exists() for known in same):
        refuse_over_quota(user, announced)


def kept_bytes(user: User) -> int:
    """Return how many bytes of recordings there are of a user."""
    return Memo.objects.filter(user=user).aggregate(sum=Sum("bytes"))["sum"] or 0
