"""What a killed worker leaves behind is found by the worker that follows it, and by the sweep."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from config.demo.sample_memos import MEMOS
from tests.support.canaries import canary_words, files_with
from tests.support.faults import points, speeches
from tests.support.faults.points import Points
from tests.support.phone import Phone, states
from tests.support.service import Service
from tests.support.service_rows import number, rows
from tests.support.settling import settle, worker_of
from tests.support.webhook_receiver import receiving

pytestmark = pytest.mark.alone

PATIENCE = 120.0
WORDS = canary_words()
LIVE = """
from capture.models import User
from insights.models import WebhookEvent
from insights.services.topics import create_topic
from insights.services.webhooks import create_endpoint, send_test
from transcription.models import Transcript
from transcription.services.edits import edit_text
from transcription.services.vocabulary import add_vocabulary_word
words = {words!r}
user = User.objects.get(username=words[49])
transcript = Transcript.objects.get(user=user)
edit_text(transcript, " ".join(words[:40]), by=user)
create_topic(user, words[40] + " things", "About " + words[41])
add_vocabulary_word(user, words[42])
send_test(create_endpoint(user, "http://127.0.0.1:1/" + words[43], list(WebhookEvent), with_words=True))
"""
ASK = """
from capture.models import User
from config.erasure.erase import ask_erasure
ask_erasure(User.objects.get(username={name!r}))
"""
TELL = """
from capture.models import User
from insights.models import WebhookEndpoint, WebhookEvent
from insights.services.webhooks import create_endpoint, secret_of, send_test
hook = WebhookEndpoint.objects.first() or create_endpoint(
    User.objects.get(username="owner"), {url!r}, list(WebhookEvent), with_words=True
)
send_test(hook)
print(secret_of(hook))
"""


def kill_worker(service: Service) -> None:
    """Kill the worker and all its children at once."""
    os.killpg(worker_of(service).pid, signal.SIGKILL)


def wait_for(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.mark.parametrize("sweep", ["1", "100000"])
def test_what_a_killed_worker_left_is_taken_up_at_once(sweep: str, tmp_path: Path) -> None:
    """Its lease is not waited for; without the sweep it is the next worker that looks for it."""
    with Service({"LEASE_SECONDS": "1000", "SWEEP_SECONDS": sweep}) as service:
        Phone(service).send(speeches.write_long(tmp_path, 45))
        wait_for(lambda: "claimed" in states(service)["states"], "nobody claimed it")
        kill_worker(service)
        end = settle(service, PATIENCE)
    assert end["states"] == {"ready": 1}
    assert end["lost"] > 0, "it was not killed while it had a claim"


@pytest.fixture(scope="module")
def obedient() -> Iterator[tuple[Service, Points]]:
    """A service whose workers die where they are told to, and what tells them."""
    with Service(points.SETTINGS | points.PERIODS | {"WEBHOOK_NETWORKS": "127.0.0.0/8"}) as service:
        yield service, Points(service)


def use_pages(service: Service, name: str, password: str, asked: str) -> None:
    """Log in, once wrongly, and look for a word."""
    with httpx.Client(base_url=service.address, follow_redirects=True, timeout=30) as web:
        for tried in (f"{password} {WORDS[44]}", password):
            web.get("/login/")
            form = {"username": name, "password": tried, "csrfmiddlewaretoken": web.cookies["csrftoken"]}
            web.post("/login/", data=form)
        found = web.get("/search/", params={"q": asked})
        assert (found.status_code, found.url.path) == (200, "/search/")


def test_an_account_is_erased_by_the_next_where_a_worker_is_killed_at_it(
    obedient: tuple[Service, Points], tmp_path: Path
) -> None:
    """No file of the data folder has a word of it after that, logs included."""
    service, told = obedient
    name = WORDS[49]
    password = service.manage("adduser", name, "--email", f"{WORDS[45]}@example.org").split()[-1]
    spoken = tmp_path / f"{WORDS[46]}.ogg"
    spoken.write_bytes((MEMOS / "memo-001.ogg").read_bytes())
    assert Phone(service, WORDS[47], owner=name).send(spoken).status_code == 201
    settle(service, PATIENCE)
    service.shell(LIVE.format(words=WORDS))
    use_pages(service, name, password, WORDS[48])
    hidden = {WORDS[44], WORDS[48]}  # a wrong password and what was looked for: they are written nowhere
    assert set.union(*files_with(WORDS, service.home).values()) == set(WORDS) - hidden
    told.order(points.WHILE_ERASING, "group")
    service.shell(ASK.format(name=name))
    assert told.is_taken(), "nobody began to erase it"
    assert number(service, f"SELECT count(*) FROM capture_user WHERE username = '{name}'") == 1
    wait_for(lambda: not number(service, "SELECT count(*) FROM config_erasure"), "it is not erased")
    assert files_with(WORDS, service.home) == {}


def test_a_message_is_sent_again_by_its_id_where_its_sender_is_killed_before_it_noted_that(
    obedient: tuple[Service, Points],
) -> None:
    service, told = obedient
    with receiving() as receiver:
        told.order(points.BEFORE_NOTING, "group")
        secret = service.shell(TELL.format(url=receiver.url)).strip()
        assert told.is_taken(), "nobody sent it"
        assert len(receiver.got) == 1
        assert rows(service, "SELECT state, attempts FROM insights_webhookdelivery") == [("waiting", 0)]
        service.shell(TELL.format(url=receiver.url))
        unsent = "SELECT count(*) FROM insights_webhookdelivery WHERE state != 'taken'"
        wait_for(lambda: not number(service, unsent), "they are not sent")
        first, *later = [message.id for message in receiver.got]
        assert first in later
        assert len({first, *later}) == 2
        for message in receiver.got:
            message.verified(secret)
