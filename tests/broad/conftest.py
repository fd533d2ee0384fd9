"""A service that each module finds as new, and two browsers that meet there: a phone, and its owner's desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from capture.models import User
from config.demo.sample_memos import MEMOS
from tests.support.browser import (
    DESK,
    PHONE,
    PHONE_PERMISSIONS,
    Complaints,
    chromium,
    convert_to_wav,
    forget_log_in,
    owners_page,
)
from tests.support.service import Service
from tests.support.started_over import start_over
from tests.support.two_users import Bob, create_bobs_things

SPOKEN = MEMOS / "memo-001.ogg"


@pytest.fixture(scope="session")
def running_service() -> Iterator[Service]:
    with Service({"SWEEP_SECONDS": "2"}) as running:
        yield running


@pytest.fixture(scope="module")
def service(running_service: Service) -> Service:
    start_over(running_service)
    forget_log_in(running_service)
    return running_service


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    wav = convert_to_wav(SPOKEN, tmp_path_factory.mktemp("microphone") / "memo.wav")
    with chromium(hears=wav) as running:
        yield running


@pytest.fixture(scope="module")
def password(service: Service) -> str:
    return service.owner()[1]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=PHONE_PERMISSIONS)
    complaints = Complaints(context)
    context.add_init_script("window.pulses = []; navigator.vibrate = (pattern) => window.pulses.push(pattern);")
    yield context.new_page()
    context.close()
    assert complaints.all == []


@pytest.fixture
def desk(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    with owners_page(browser.new_context(viewport=DESK, permissions=["microphone"]), service, password) as page:
        yield page


@pytest.fixture
def his(bob: User, settings: Any) -> Bob:
    """One of everything is Bob's."""
    settings.MAILIN_ADDRESS = "memos+{secret}@example.org"
    return create_bobs_things(bob)
