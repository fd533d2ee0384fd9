"""The columns of full phones and of recorders come and go without touching a device or a folder."""

import pytest

from capture.models import Device, User, WatchedFolder
from tests.support.old_migrations import taken_back_to

BEFORE = [("capture", "0015_memo_shown")]


@pytest.mark.django_db(transaction=True)
def test_they_can_be_taken_back_and_made_again(alice: User, bedside: Device) -> None:
    folder = WatchedFolder.objects.create(user=alice, path="/media/RECORDER", volume="1A2B-3C4D", below="VOICE")
    Device.objects.update(room_bytes=1)
    with taken_back_to(BEFORE):
        pass
    bedside.refresh_from_db()
    assert bedside.room_bytes is None
    folder.refresh_from_db()
    assert (folder.path, folder.volume, folder.below) == ("/media/RECORDER", "", "")
