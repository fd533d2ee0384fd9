"""What an account brought, removed for good: no tombstone is left of it. Whoever is interrupted goes on."""

import shutil
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from capture.models import Device, Memo, Upload, User
from capture.sources.watched.folders import own_folder_name
from capture.storage import stores
from capture.storage.protocol import PLAYBACK_SUFFIX
from capture.tus.cleanup import delete_upload

ERASED_TOGETHER = 50
"""Memos whose rows go in one transaction."""


def close_account(user: User) -> None:
    """Let nobody log in or send any more, and show nothing of an account from now on, in the caller's transaction."""
    now = timezone.now()
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    Device.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    Memo.objects.filter(user=user, deleted_at=None).update(deleted_at=now)


def erase_recordings(user: User) -> None:
    """Remove all of an account's recordings, and what was still arriving. Raises Refusal where a store is away.

    Files go first: whoever is interrupted finds the rows again.
    """
    for upload in Upload.objects.filter(device__user=user):
        delete_upload(upload)
    while memos := list(Memo.objects.filter(user=user).values_list("pk", "path")[:ERASED_TOGETHER]):
        for _key, path in memos:
            stores.remove_recording(path)
        with transaction.atomic():
            Memo.objects.filter(pk__in=[key for key, _path in memos]).delete()


def erase_stray_files(user_id: int) -> None:
    """Remove files of an account of which no row was ever committed, and what waits in its own watched folder."""
    folder = stores.data_folder_store()
    for path in folder.old(time.time(), everywhere=True):
        if stores.sender_of(path.removesuffix(PLAYBACK_SUFFIX)) == user_id:
            folder.remove(path, and_playback=False)
    shutil.rmtree(Path(settings.HOME) / own_folder_name(user_id), ignore_errors=True)
