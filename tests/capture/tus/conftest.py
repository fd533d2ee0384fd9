"""A phone that speaks tus to the API in this process."""

import pytest

from tests.support.api_phone import Phone
from tests.support.tus_phone import TusPhone


@pytest.fixture
def tus(phone: Phone) -> TusPhone:
    return TusPhone(phone)
