"""When a user's imported memos may be written down."""

from capture.models import ArchivePace, User


def archive_pace_of(user: User) -> ArchivePace:
    """Return a user's pace, or the one they begin with: at any hour, and not saved."""
    return ArchivePace.objects.filter(user=user).first() or ArchivePace(user=user)


def set_archive_pace(user: User, *, paused: bool, from_hour: int | None, until_hour: int | None) -> None:
    """Let imported memos rest, or keep them to some hours of the user's own clock; None: any hour."""
    chosen = {"paused": paused, "from_hour": from_hour, "until_hour": until_hour}
    ArchivePace.objects.update_or_create(user=user, defaults=chosen)
