"""A mail to the service that runs comes to its memo by itself."""

import time

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.dovecot import Mailbox
from tests.support.mails import from_android
from tests.support.phone import states
from tests.support.service import Service

pytestmark = pytest.mark.alone

PATIENCE = 60


def test_what_is_mailed_is_heard(mailbox: Mailbox) -> None:
    settings = {"MAILIN_URL": mailbox.url, "MAILIN_ADDRESS": "{secret}@example.org", "MAILIN_SECONDS": "1"}
    with Service(settings) as service:
        mailbox.deliver(from_android(service.manage("mailaddress").strip(), (MEMOS / "memo-007.ogg").read_bytes()))
        deadline = time.monotonic() + PATIENCE
        while states(service)["states"] != {"ready": 1}:
            assert time.monotonic() < deadline, service.logs()
            time.sleep(0.2)
        assert "mail-in        1 kept" in service.manage("doctor")
    assert mailbox.flags() == [{"Stillnote", r"\Seen"}]
