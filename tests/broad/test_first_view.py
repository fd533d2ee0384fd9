"""What a browser that was never here fetches to show a page: little enough for a slow line at night, all of it here."""

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import PHONE, log_in
from tests.support.service import Service

pytestmark = pytest.mark.alone

MOST_BYTES = 150_000
SEED = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from capture.models import Memo, User
from capture.services.devices import create_device
from insights.services.ideas import move_idea
from insights.services.topic_places import place_new_topics
from insights.services.topics import create_topic
from insights.services.place_ideas import place_transcript
from tests.support.transcripts import write_transcript
user = User.objects.get()
device = user.devices.first() or create_device(user, "bedside")[0]
said = [f"The robot hand of number {number} feels how hard it holds the cup." for number in range(150)]
with transaction.atomic():  # the service looks for memos without a transcript meanwhile
    transcripts = [write_transcript(device, text) for text in said]
    long = write_transcript(device, "The robot hand feels how hard it holds the cup. " * 900)
for transcript in [*transcripts, long]:
    if not transcript.ideas.exists():
        place_transcript(transcript)
for number, transcript in enumerate(transcripts[:120]):
    move_idea(transcript.ideas.first(), create_topic(user, f"Hand number {number}"))
while place_new_topics():
    pass
Memo.objects.filter(transcripts__in=transcripts[20:]).update(received_at=timezone.now() - timedelta(days=9))
print(long.memo_id)
"""


@pytest.fixture(scope="module")
def memo(service: Service) -> str:
    """The key of a long recording in a full account."""
    return service.shell(SEED).strip().splitlines()[-1]


def fetched_bytes(page: Page, service: str, path: str) -> dict[str, int]:
    """Return how many bytes came over the line for each path that a page fetched, but for sound: of no other host."""
    line, sizes, names = page.context.new_cdp_session(page), dict[str, int](), dict[str, str]()
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.on("Network.requestWillBeSent", lambda said: names.update({said["requestId"]: said["request"]["url"]}))
    line.on("Network.loadingFinished", lambda said: sizes.update({said["requestId"]: int(said["encodedDataLength"])}))
    page.goto(f"{service}{path}", wait_until="networkidle")
    line.detach()
    assert [name for name in names.values() if not name.startswith((f"{service}/", "data:"))] == []
    shown = {key: name for key, name in names.items() if key in sizes and "/audio" not in name}
    return {name.removeprefix(service): sizes[key] for key, name in shown.items()}


@pytest.mark.parametrize("name", ["Today", "Topics", "Review", "a recording"])
def test_a_first_view_is_light(browser: Browser, service: Service, password: str, memo: str, name: str) -> None:
    addresses = {"Today": "/", "Topics": "/topics/", "Review": "/review/", "a recording": f"/memos/{memo}/"}
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    sizes = fetched_bytes(page, service.address, addresses[name])
    context.close()
    print(f"{name}: {sum(sizes.values()):,} bytes in {len(sizes)} answers")
    heaviest = sorted(sizes.items(), key=lambda one: -one[1])[:12]
    assert sum(sizes.values()) < MOST_BYTES, heaviest
