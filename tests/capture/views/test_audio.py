"""A recording is played from its middle, by its owner, as sound and nothing else."""

from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from capture.models import Device, Memo
from capture.services.byte_ranges import UnsatisfiableRange, requested_range
from capture.services.deletion import delete_memo
from tests.support.answers import sound
from tests.support.api_phone import OGG
from tests.support.ingest_model import send
from tests.support.recordings import audio_path, playback_path

SIZES = st.integers(0, 10_000)
NUMBERS = st.integers(0, 20_000)


@given(SIZES, NUMBERS, NUMBERS)
def test_a_range_is_what_lies_between_its_ends(size: int, first: int, last: int) -> None:
    header = f"bytes={first}-{last}"
    if last < first:
        assert requested_range(header, size) is None
    elif first >= size:
        with pytest.raises(UnsatisfiableRange):
            requested_range(header, size)
    else:
        assert requested_range(header, size) == range(first, min(last + 1, size))


@given(SIZES, NUMBERS)
def test_an_open_range_goes_to_the_end_and_a_suffix_comes_from_it(size: int, number: int) -> None:
    whole = range(size)
    for header, expected in (
        (f"bytes={number}-", whole[number:]),
        (f"bytes=-{number}", whole[max(0, size - number) :]),
    ):
        if expected:
            assert requested_range(header, size) == expected
        else:
            with pytest.raises(UnsatisfiableRange):
                requested_range(header, size)


@given(st.text(max_size=30))
def test_a_header_that_cannot_be_read_means_the_whole_file(header: str) -> None:
    try:
        part = requested_range(header, 100)
    except UnsatisfiableRange:
        return
    assert part is None or (part and 0 <= part.start < part.stop <= 100)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes=",
        "bytes=-",
        "items=0-1",
        "bytes=0-1,4-5",
        "bytes=a-b",
        f"bytes={'9' * 5000}-",
        "bytes=\u0661-\u0662",
    ],
)
def test_what_is_no_single_range_means_the_whole_file(header: str | None) -> None:
    assert requested_range(header, 100) is None


@pytest.fixture
def memo(bedside: Device) -> Memo:
    send(bedside, "a", OGG)
    return Memo.objects.get()


def test_a_part_is_given_as_a_part(alices: Client, memo: Memo) -> None:
    response = alices.get(f"/memos/{memo.pk}/audio", headers={"Range": "bytes=4-9"})
    assert response.status_code == 206
    assert sound(response) == OGG[4:10]
    assert response["Content-Range"] == f"bytes 4-9/{len(OGG)}"
    assert response["Content-Length"] == "6"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "audio/ogg"


def test_past_the_end_is_nothing(alices: Client, memo: Memo) -> None:
    response = alices.get(f"/memos/{memo.pk}/audio", headers={"Range": f"bytes={len(OGG)}-"})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(OGG)}"


def test_a_part_of_an_older_file_is_not_joined_to_this_one(alices: Client, memo: Memo) -> None:
    playback = alices.head(f"/memos/{memo.pk}/audio")
    playback_path(memo).write_bytes(b"made meanwhile")
    headers = {"Range": "bytes=0-3", "If-Range": playback["ETag"]}
    response = alices.get(f"/memos/{memo.pk}/audio", headers=headers)
    assert response.status_code == 200
    assert sound(response) == b"made meanwhile"
    assert response["Content-Type"] == "audio/mp4"


def test_the_original_is_saved_as_it_came(alices: Client, memo: Memo) -> None:
    playback_path(memo).write_bytes(b"copy")
    response = alices.get(f"/memos/{memo.pk}/original")
    assert sound(response) == OGG
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert response["Content-Disposition"].endswith('.ogg"')


def test_a_file_that_is_missing_is_said_to_be(alices: Client, memo: Memo) -> None:
    audio_path(memo).unlink()
    assert alices.get(f"/memos/{memo.pk}/audio").status_code == 404


def test_a_deleted_memo_is_silent_and_so_is_one_that_never_was(alices: Client, memo: Memo) -> None:
    delete_memo(memo)
    for gone in (memo.pk, uuid4()):
        assert alices.get(f"/memos/{gone}/audio").status_code == 404
        assert alices.get(f"/memos/{gone}/original").status_code == 404


def test_nothing_is_played_from_a_browsers_own_copy_without_asking(alices: Client, memo: Memo) -> None:
    first = alices.head(f"/memos/{memo.pk}/audio")
    assert first["Cache-Control"] == "private, no-cache"
    again = alices.get(f"/memos/{memo.pk}/audio", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    delete_memo(memo)
    assert alices.get(f"/memos/{memo.pk}/audio", headers={"If-None-Match": first["ETag"]}).status_code == 404
