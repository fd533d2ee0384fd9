"""The ways in beside a plain request: resumable uploads, mail, watched folders."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models

from capture.models.memos import Memo
from capture.models.people import Context, Device, User
from capture.models.problems import ProblemColumns


class UploadQuerySet(models.QuerySet["Upload"]):
    """Questions asked of uploads."""

    def at_rest(self, now: datetime) -> Self:
        """Return those that nobody writes to."""
        return self.filter(models.Q(held_until=None) | models.Q(held_until__lte=now))

    def open_of(self, user: User) -> Self:
        """Return a user's that are not finished."""
        return self.filter(device__user=user, finished_at=None)

    def left_unfinished(self, untried_since: datetime) -> Self:
        """Return those whose bytes all came, but whose memo a crash or a full disk hindered; longest untried first."""
        left = self.filter(offset=models.F("length"), finished_at=None, held_until__lt=untried_since)
        return left.order_by("held_until")

    def expired(self, now: datetime) -> Self:
        """Return those that were left alone for too long, or whose device may go on with none."""
        return self.at_rest(now).filter(models.Q(expires_at__lt=now) | ~models.Q(device__revoked_at=None))


class Upload(models.Model):
    """A resumable upload (tus 1.0) under way. `offset` bytes of it are on the disk, fsynced; never is it ahead of them.

    Whoever writes to it holds it by a fence number until `held_until`, or did so. The file is named for the id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(Device, models.CASCADE, related_name="uploads")
    client_id = models.CharField(max_length=128, blank=True)
    length = models.BigIntegerField(help_text="bytes, of the whole")
    offset = models.BigIntegerField(default=0)
    recorded_at = models.CharField(max_length=64, blank=True, help_text="as it was sent")
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the whole, in hex, as it was announced")
    context = models.CharField(max_length=10, choices=Context.choices, blank=True)
    fence = models.PositiveIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, help_text="when it became a memo, or was known as one")
    memo = models.ForeignKey(Memo, models.CASCADE, null=True, help_text="what it became; none: one that was deleted")

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="upload_expires"),
            models.Index(fields=["device"], condition=models.Q(finished_at=None), name="upload_open"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MailAddress(models.Model):
    """The secret part of the address to which a user mails recordings: shown once, kept as a keyed hash."""

    user = models.OneToOneField(User, models.CASCADE, related_name="mail_address")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)


class WatchedFolderQuerySet(models.QuerySet["WatchedFolder"]):
    """Questions asked of watched folders."""

    def for_list(self) -> Self:
        """Return them by path, with `taken` and `waiting`, how many files of each were and how many are to come."""
        taken = models.Q(files__is_done=True, files__problem="")
        waiting = models.Q(files__is_done=False, files__problem="")
        counted = self.annotate(taken=models.Count("files", taken), waiting=models.Count("files", waiting))
        return counted.order_by("path")


class WatchedFileQuerySet(models.QuerySet["WatchedFile"]):
    """Questions asked of the files in watched folders."""

    def not_taken(self) -> Self:
        """Return those that something hinders, by name."""
        return self.exclude(problem="").order_by("name")


class WatchedFolder(ProblemColumns):
    """A folder of this machine whose recordings become a user's memos."""

    user = models.ForeignKey(User, models.CASCADE, related_name="watched_folders")
    path = models.CharField(max_length=1000, help_text="absolute, links resolved")
    volume = models.CharField(max_length=100, blank=True, help_text="UUID of a file system that is plugged in and out")
    below = models.CharField(max_length=1000, blank=True, help_text="where the folder is on it")
    moves_done = models.BooleanField(default=False, help_text="whether what is kept is moved into its folder `done`")
    looked_at = models.DateTimeField(null=True)

    objects = WatchedFolderQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="watched_folder_path")]

    def __str__(self) -> str:
        return str(self.pk)


class WatchedFile(ProblemColumns):
    """A file that was met in a watched folder: as it was then, it need not be read again."""

    folder = models.ForeignKey(WatchedFolder, models.CASCADE, related_name="files")
    name = models.CharField(max_length=1000, help_text="below the folder")
    size = models.BigIntegerField()
    modified_ns = models.BigIntegerField()
    met_at = models.DateTimeField(
        help_text="when it was first met as it is, or was last tried: what grows is left alone"
    )
    is_done = models.BooleanField(default=False)

    objects = WatchedFileQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "name"], name="watched_file_name")]

    def __str__(self) -> str:
        return str(self.pk)
