"""What is promised of recordings holds wherever they lie: in the data folder and in a bucket."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from capture.maintenance import cleanup
from capture.maintenance.cleanup import delete_leftovers
from capture.models import Alias, Device, Memo, Source, User
from capture.services.deletion import delete_memo, purge_deleted, restore_memo
from capture.services.recordings import find_original, find_playback, open_original, save_playback, unclaimed_recordings
from capture.storage import folder, stores
from capture.storage.incoming import Incoming
from capture.storage.protocol import PLAYBACK_SUFFIX
from tests.support import buckets
from tests.support.answers import problem, sound
from tests.support.api_phone import OGG, Phone
from tests.support.buckets import Held, Proxy
from tests.support.data_folder import files
from tests.support.ingest_model import send

pytestmark = pytest.mark.django_db(transaction=True)

Lying = Callable[[], dict[str, bytes]]
"""What lies in the store, by the paths of memos."""


@pytest.fixture(params=["folder", "bucket"])
def lying(request: pytest.FixtureRequest) -> Lying:
    """Keep recordings in either store, and return what tells of it without the code under test."""
    if request.param == "bucket":
        held: Held = request.getfixturevalue("bucket")
        return lambda: {key.removeprefix("audio/"): content for key, content in held.objects().items()}
    audio = Path(settings.HOME) / "audio"
    return lambda: {str(file.relative_to(audio)): file.read_bytes() for file in audio.rglob("*") if file.is_file()}


IN_A_BUCKET = pytest.mark.parametrize("lying", ["bucket"], indirect=True)


@pytest.fixture
def memo(bedside: Device, lying: Lying) -> Memo:
    send(bedside, "a", OGG)
    return Memo.objects.get()


def test_one_memo_once_whatever_is_sent_again(phone: Phone, lying: Lying) -> None:
    first = phone.put("m-1")
    assert [first.status_code, phone.put("m-1").status_code, phone.put("m-2").status_code] == [201, 200, 200]
    assert problem(phone.put("m-1", OGG + b"other"), 409, "other-bytes")
    assert list(lying().values()) == [OGG]
    assert Alias.objects.get().client_id == "m-2"
    assert phone.receipt("m-1").json() == first.json()


@pytest.mark.parametrize("damage", ["gone", "shorter"])
def test_a_receipt_is_never_given_for_bytes_that_are_gone(phone: Phone, lying: Lying, damage: str) -> None:
    phone.put("m-1")
    path = Memo.objects.get().path
    if damage == "gone":
        stores.remove_recording(path)
    else:
        stores.stores()[0].place(path, [OGG[:10]])
    assert phone.receipt("m-1").status_code == 404
    assert phone.put("m-1").status_code == 200
    assert lying() == {path: OGG}
    assert phone.receipt("m-1").status_code == 200


def test_who_comes_second_leaves_nothing_behind(bedside: Device, lying: Lying, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = stores.store_recording

    def overtaken(arrived: Incoming, path: str) -> None:
        monkeypatch.setattr(stores, "store_recording", keep)
        send(bedside, "b", OGG)
        keep(arrived, path)

    monkeypatch.setattr(stores, "store_recording", overtaken)
    assert not send(bedside, "a", OGG).created
    assert lying() == {Memo.objects.get().path: OGG}


def test_what_is_deleted_is_gone_and_what_is_brought_back_is_there(memo: Memo, lying: Lying) -> None:
    save_playback(memo, [b"copy"])
    assert lying() == {memo.path: OGG, memo.path + PLAYBACK_SUFFIX: b"copy"}
    delete_memo(memo)
    restore_memo(memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    assert lying()[memo.path] == OGG
    delete_memo(memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    assert not lying()


def test_a_playback_copy_that_comes_too_late_does_not_outlive_its_memo(memo: Memo, lying: Lying) -> None:
    delete_memo(memo)
    purge_deleted(timezone.now() + timedelta(days=1))
    save_playback(memo, [b"copy"])
    assert not lying()


def test_the_copy_is_played_once_it_is_there_and_the_original_is_saved(alices: Client, memo: Memo) -> None:
    address = f"/memos/{memo.pk}/audio"
    part = alices.get(address, headers={"Range": "bytes=4-9"})
    assert (part.status_code, part["Content-Range"], sound(part)) == (206, f"bytes 4-9/{len(OGG)}", OGG[4:10])
    assert sound(alices.get(address)) == OGG
    assert alices.get(address, headers={"Range": f"bytes={len(OGG)}-"}).status_code == 416
    assert alices.get(address, headers={"If-None-Match": part["ETag"]}).status_code == 304
    save_playback(memo, [b"made meanwhile"])
    whole = alices.get(address, headers={"Range": "bytes=0-3", "If-Range": part["ETag"]})
    assert (whole.status_code, whole["Content-Type"], sound(whole)) == (200, "audio/mp4", b"made meanwhile")
    head = alices.head(address)
    assert (head["Content-Length"], sound(head)) == ("14", b"")
    assert sound(alices.get(f"/memos/{memo.pk}/original")) == OGG
    assert find_playback(memo).size == 14


def test_what_is_missing_is_said_to_be(alices: Client, memo: Memo) -> None:
    stores.remove_recording(memo.path)
    assert alices.get(f"/memos/{memo.pk}/audio").status_code == 404
    with pytest.raises(FileNotFoundError):
        find_original(memo)


def test_a_recording_is_opened_as_a_file_of_this_machine(memo: Memo) -> None:
    with open_original(memo, lambda: None) as file:
        assert Path(f"/proc/self/fd/{file.fileno()}").exists()
        assert file.read() == OGG
    assert not files(settings.HOME) or settings.STORE is None


@pytest.fixture
def a_day_later(monkeypatch: pytest.MonkeyPatch, memo: Memo) -> None:
    """Sweep the folder in which the memo lies, at a time when all that is there is old."""
    monkeypatch.setattr(cleanup, "LEFTOVER_SECONDS", -60)
    monkeypatch.setattr(random, "randrange", lambda _: int(memo.path[:2], 16))
    monkeypatch.setattr(folder, "TURN_FOLDERS", folder.FOLDERS)


@pytest.mark.usefixtures("a_day_later")
def test_what_was_never_committed_is_cleared_away(memo: Memo, lying: Lying) -> None:
    save_playback(memo, [b"copy"])
    again = f"{memo.path[:2]}/{'0' * 8}{memo.path[11:]}"
    for path in (again, again + PLAYBACK_SUFFIX):
        stores.stores()[0].place(path, [OGG])  # sent again meanwhile, and kept as another file
    assert delete_leftovers() == 2
    assert lying() == {memo.path: OGG, memo.path + PLAYBACK_SUFFIX: b"copy"}
    assert delete_leftovers() == 0
    assert not unclaimed_recordings()


@pytest.mark.usefixtures("a_day_later")
def test_a_recording_that_an_older_database_does_not_know_is_its_senders_again(memo: Memo, lying: Lying) -> None:
    Memo.objects.all().delete()
    assert delete_leftovers() == 1
    again = Memo.objects.get()
    assert (again.user, again.sha256) == (memo.user, memo.sha256)
    assert lying() == {again.path: OGG}


@pytest.mark.usefixtures("a_day_later")
def test_a_recording_of_which_nobody_knows_whose_it_is_is_put_aside(memo: Memo, bob: User, lying: Lying) -> None:
    """Until issue 16 the name of a file did not say who sent it."""
    del bob
    nobodys = f"{memo.path[:2]}/{'0' * 36}"
    stores.stores()[0].place(nobodys, [OGG + b"2"])
    assert delete_leftovers() == 1
    assert [(aside.name, aside.read_bytes()) for aside in unclaimed_recordings()] == [("0" * 36, OGG + b"2")]
    assert lying() == {memo.path: OGG}


@IN_A_BUCKET
@pytest.mark.usefixtures("a_day_later")
def test_the_sweep_of_a_bucket_ends_what_was_begun_and_leaves_what_is_not_ours(memo: Memo, bucket: Held) -> None:
    bucket.begin(f"audio/{memo.path}")
    for key in (f"audio/{memo.path[:2]}/holiday.mp4", f"photos/{memo.path[:2]}/1.jpg"):
        bucket.put(key, b"theirs")
    before = bucket.objects()
    assert delete_leftovers() == 0
    assert bucket.objects() == before
    assert not bucket.begun()


@IN_A_BUCKET
@pytest.mark.usefixtures("a_day_later")
def test_a_store_that_is_away_ends_neither_sweep_nor_deletion(memo: Memo, bucket: Held, proxy: Proxy) -> None:
    proxy.fault = buckets.down
    assert delete_leftovers() == 0
    delete_memo(memo)
    assert purge_deleted(timezone.now() + timedelta(days=1)) == 1
    assert bucket.objects()
    proxy.fault = None
    assert delete_leftovers() == 1
    assert not bucket.objects()
    assert not unclaimed_recordings()


def test_the_website_says_it_in_a_sentence(alices: Client, bucket: Held, proxy: Proxy) -> None:
    proxy.fault = buckets.down
    with Path(settings.HOME / "x.ogg").open("w+b") as file:
        file.write(OGG)
        file.seek(0)
        page = alices.post("/memos/add", {"audio": file}, follow=True)
    assert b"The store that keeps recordings does not answer." in page.content
    assert not Memo.objects.filter(source=Source.WEB).exists()


def test_a_path_that_leads_elsewhere_is_not_there(home: Path) -> None:
    """Such a one is only in a database that a stranger filled."""
    outside = home / "outside"
    outside.write_bytes(OGG)
    store = stores.data_folder_store()
    for path in ("../outside", str(outside), "00/../../outside", "00/..", "/etc/passwd", ""):
        store.remove(path)
        with pytest.raises(FileNotFoundError):
            store.size(path)
        with pytest.raises(FileNotFoundError):
            store.part(path, range(1))
    assert outside.read_bytes() == OGG
