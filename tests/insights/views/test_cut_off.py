"""A recording that came sealed and not whole says so on its page."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from capture.models import Memo, User
from tests.support.api_phone import OGG, Phone
from tests.support.sealing import seal, service_key

SENTENCE = "its end is missing"


@pytest.fixture
def phone(alice: User, tmp_path: Path, settings: Any) -> Phone:
    settings.HOME = tmp_path
    return Phone(alice)


def page_of(client: Client, memo: Memo) -> str:
    return client.get(f"/memos/{memo.pk}/").content.decode()


@pytest.mark.parametrize(("is_ended", "is_told"), [(False, True), (True, False)])
def test_a_recording_whose_end_never_came_says_so(
    phone: Phone, alices: Client, *, is_ended: bool, is_told: bool
) -> None:
    phone.put("m-1", seal(service_key(), [OGG], is_ended=is_ended))
    assert (SENTENCE in page_of(alices, Memo.objects.get())) == is_told


def test_one_that_came_whole_later_is_whole(phone: Phone, alices: Client) -> None:
    key = service_key()
    phone.put("m-1", seal(key, [OGG], is_ended=False))
    phone.put("m-2", seal(key, [OGG]))
    assert SENTENCE not in page_of(alices, Memo.objects.get())
