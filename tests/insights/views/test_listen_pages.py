"""Listen and its feed: whose nights, what is left out, parts of the sound, keep and later, an address revoked."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import av
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from capture.models import Device, User
from capture.services.deletion import delete_memo
from insights.core.review.choices import Decision
from insights.models import Idea, ListenFeed, ReviewSession, ReviewState, Topic
from insights.services.feeds import create_feed
from insights.services.ideas import move_idea
from insights.services.review import begin_or_resume, decide, decide_heard
from insights.services.topics import create_topic, hide_topic
from tests.support.answers import sound
from tests.support.code_app import confirm_password
from tests.support.heard_nights import evening_before, say_at_night
from tests.support.pages import text_of

NOVEL, DOUGH, LAMP = "The keeper counts the waves.", "Let the dough rest.", "A lamp that becomes bright."
ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


@pytest.fixture
def night(bedside: Device) -> list[Idea]:
    """Three ideas of last night, two of them in topics."""
    ideas = [say_at_night(bedside, said, minute=minute) for minute, said in enumerate((NOVEL, DOUGH, LAMP))]
    for idea, name in zip(ideas, ("The lighthouse novel", "Bread"), strict=False):
        move_idea(idea, create_topic(bedside.user, name))
    return ideas


def feed_of(user: User, client: Client | None = None) -> tuple[str, ET.Element]:
    secret = create_feed(user)
    answer: Any = (client or Client()).get(f"/feed/{secret}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    return secret, ET.fromstring(answer.content)


def evening(days: int = 1) -> str:
    return evening_before(days).date().isoformat()


def seconds_of(content: bytes) -> float:
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples for frame in container.decode(audio=0)) / 24_000


def test_last_night_is_one_sound_topic_by_topic(alices: Client, night: list[Idea]) -> None:
    page = text_of(alices.get("/listen/"))
    assert page.index("dough") < page.index("keeper") < page.index("lamp")
    assert page.count('<circle class="bell"') == 2
    answer: Any = alices.get(f"/listen/night/{evening()}.m4a")
    content = sound(answer)
    assert (answer.status_code, answer["Content-Type"], answer["Content-Length"]) == (
        200,
        "audio/mp4",
        str(len(content)),
    )
    spoken = sum(idea.audio_end - idea.audio_start for idea in night)
    assert spoken + 5 < seconds_of(content) < spoken + 10
    part: Any = alices.get(f"/listen/night/{evening()}.m4a", headers={"Range": "bytes=100-5000"})
    assert (part.status_code, sound(part)) == (206, content[100:5001])


def test_hidden_topics_and_what_was_let_go_or_deleted_are_silent(
    alices: Client, alice: User, night: list[Idea]
) -> None:
    night[0].refresh_from_db()
    assert night[0].topic
    hide_topic(night[0].topic, hidden=True)
    session = begin_or_resume(alice)
    assert session
    decide(session.turns.get(idea=night[1]), Decision.LET_GO, uuid4())
    page = text_of(alices.get("/listen/"))
    assert "keeper" not in page
    assert "dough" not in page
    assert "lamp" in page
    delete_memo(night[2].memo)
    assert "nothing to listen to" in text_of(alices.get("/listen/"))
    assert alices.get(f"/listen/night/{evening()}.m4a").status_code == 404


def test_a_copy_that_is_not_there_is_left_out(alices: Client, night: list[Idea], bedside: Device) -> None:
    Idea.objects.filter(pk=night[0].pk).update(audio_end=2.0)
    before = int(alices.get(f"/listen/night/{evening()}.m4a")["Content-Length"])
    memo = night[2].memo
    memo.path += "x"
    memo.save(update_fields=["path"])
    answer: Any = alices.get(f"/listen/night/{evening()}.m4a")
    assert 0 < int(answer["Content-Length"]) < before
    assert LAMP.split(maxsplit=1)[0] in text_of(alices.get("/listen/"))


def test_another_version_is_gone(alices: Client, night: list[Idea]) -> None:
    page = text_of(alices.get("/listen/"))
    address = page.partition('data-sound="')[2].partition('"')[0].replace("&amp;", "&")
    assert alices.get(address).status_code == 200
    night[2].delete()
    assert alices.get(address).status_code == 410


def test_a_topic_is_listened_to_in_the_order_it_was_spoken(alices: Client, alice: User, bedside: Device) -> None:
    topic = create_topic(alice, "The lighthouse novel")
    for days, said in ((9, "The oldest."), (3, "The newest.")):
        move_idea(say_at_night(bedside, said, days=days), topic)
    page = text_of(alices.get(f"/topics/{topic.pk}/listen/"))
    assert page.index("oldest") < page.index("newest")
    assert alices.get(f"/topics/{topic.pk}/listen/sound.m4a").status_code == 200
    assert f"/topics/{topic.pk}/listen/" in text_of(alices.get(f"/topics/{topic.pk}/"))


def press(client: Client, idea: Idea, decision: str, nonce: str = "") -> Any:
    fields = {"idea": str(idea.pk), "decision": decision, "nonce": nonce or str(uuid4()), "script": "yes"}
    return client.post("/listen/decide", fields)


def test_keep_and_later_are_decisions_of_a_review(alices: Client, alice: User, night: list[Idea]) -> None:
    assert press(alices, night[0], "keep").json() == {"decision": "keep"}
    nonce = str(uuid4())
    for _ in range(2):
        assert press(alices, night[1], "later", nonce).json() == {"decision": "later"}
    state = ReviewState.objects.get(idea=night[1])
    assert state.due_at
    assert state.due_at > timezone.now()
    assert ReviewState.objects.get(idea=night[0]).decision == "keep"
    assert not ReviewSession.objects.of(alice).open().exists()
    session = begin_or_resume(alice)
    assert session
    assert [turn.idea_id for turn in session.turns.all()] == [night[2].pk]


def test_in_an_open_review_it_is_decided_there(alice: User, night: list[Idea]) -> None:
    session = begin_or_resume(alice)
    assert session
    made = decide_heard(night[0], Decision.KEEP, uuid4())
    assert made
    assert made.session == session
    assert session.turns.undecided().count() == 2


def test_what_is_to_be_acted_on_stays_on_its_list(alices: Client, alice: User, night: list[Idea]) -> None:
    session = begin_or_resume(alice)
    assert session
    decide(session.turns.get(idea=night[0]), Decision.ACT, uuid4())
    assert press(alices, night[0], "keep").json() == {"decision": "act"}


def test_only_keep_and_later_are_taken(alices: Client, night: list[Idea]) -> None:
    assert press(alices, night[0], "let-go").status_code == 404
    assert press(alices, night[0], "nonsense").status_code == 400
    assert not ReviewState.objects.exists()


def test_the_feed_is_rss_whose_enclosures_are_the_nights(alice: User, bedside: Device) -> None:
    for days in (2, 4):
        say_at_night(bedside, NOVEL, days=days)
    secret, feed = feed_of(alice)
    assert (feed.tag, feed.get("version")) == ("rss", "2.0")
    channel = feed.find("channel")
    assert channel is not None
    for name in ("title", "link", "description", "language"):
        assert channel.findtext(name), name
    assert channel.findtext(f"{ITUNES}block") == "yes"
    items = channel.findall("item")
    assert [item.findtext("guid") for item in items] == [f"stillnote-night-{evening(days)}" for days in (2, 4)]
    for item in items:
        assert item.findtext("pubDate")
        enclosure = item.find("enclosure")
        assert enclosure is not None
        assert enclosure.attrib["type"] == "audio/mp4"
        address = enclosure.attrib["url"]
        assert address.startswith(f"{settings.STILLNOTE_URL}/feed/{secret}/")
        answer: Any = Client().get(address.removeprefix(settings.STILLNOTE_URL))
        content = sound(answer)
        assert (answer["Content-Type"], str(len(content))) == ("audio/mp4", enclosure.attrib["length"])
        assert float(item.findtext(f"{ITUNES}duration") or 0) == pytest.approx(seconds_of(content), abs=1)
        part: Any = Client().get(address.removeprefix(settings.STILLNOTE_URL), headers={"Range": "bytes=-100"})
        assert (part.status_code, sound(part)) == (206, content[-100:])
    assert "keeper" not in ET.tostring(feed).decode()


def test_a_night_that_goes_on_and_one_that_is_being_written_down_wait(alice: User, bedside: Device) -> None:
    idea = say_at_night(bedside, NOVEL, days=2)
    idea.transcript.state = "waiting"
    idea.transcript.save(update_fields=["state"])
    _secret, feed = feed_of(alice)
    assert not feed.findall("channel/item")
    User.objects.filter(pk=alice.pk).update(night_from=0, night_until=23, time_zone="Etc/GMT-14")
    today = (timezone.now() + timedelta(hours=14)).date().isoformat()
    secret, feed = feed_of(User.objects.get(pk=alice.pk))
    assert Client().get(f"/feed/{secret}/{today}.m4a").status_code == 404


def test_hidden_topics_are_not_in_the_feed(alice: User, night: list[Idea]) -> None:
    for idea in night:
        move_idea(Idea.objects.get(pk=idea.pk), Topic.objects.get(name="Bread"))
    hide_topic(Topic.objects.get(name="Bread"), hidden=True)
    secret, feed = feed_of(alice)
    assert not feed.findall("channel/item")
    assert Client().get(f"/feed/{secret}/{evening()}.m4a").status_code == 404


def test_nobodys_nights_are_in_anothers_feed(alice: User, bob: User, bedside: Device) -> None:
    say_at_night(bedside, NOVEL, days=2)
    his, feed = feed_of(bob)
    assert not feed.findall("channel/item")
    assert Client().get(f"/feed/{his}/{evening(2)}.m4a").status_code == 404
    hers, _feed = feed_of(alice)
    assert Client().get(f"/feed/{hers}/{evening(2)}.m4a").status_code == 200
    assert Client().get(f"/feed/{his}/{evening(2)}.m4a").status_code == 404


def test_an_address_is_shown_once_stored_as_a_hash_replaced_and_revoked(
    alices: Client, alice: User, bedside: Device
) -> None:
    say_at_night(bedside, NOVEL, days=2)
    assert alices.post("/settings/feed")["Location"].startswith("/settings/again/"), "whoever sits down there"
    assert not ListenFeed.objects.exists()
    confirm_password(alices, "correct horse")
    page = text_of(alices.post("/settings/feed"))
    secret = page.partition(f"{settings.STILLNOTE_URL}/feed/")[2].partition("/")[0]
    assert len(secret) == 32
    assert secret not in text_of(alices.get("/settings/feed"))
    assert secret not in str(ListenFeed.objects.values().get())
    assert Client().get(f"/feed/{secret}/").status_code == 200
    assert Client().get(f"/feed/{secret}x/").status_code == 404
    newer, _feed = feed_of(alice)
    assert Client().get(f"/feed/{secret}/").status_code == 404
    assert alices.post("/settings/feed/revoke").status_code == 302
    for address in (f"/feed/{newer}/", f"/feed/{newer}/{evening(2)}.m4a"):
        assert Client().get(address).status_code == 404


def test_who_asks_too_often_is_told_when_to_come_again(alice: User, bob: User, bedside: Device, settings: Any) -> None:
    settings.UPLOADS_A_MINUTE = 2
    his, hers = create_feed(bob), create_feed(alice)
    assert [Client().get(f"/feed/{his}/").status_code for _ in range(3)] == [200, 200, 429]
    late = Client().get(f"/feed/{his}/{evening()}.m4a")
    assert (late.status_code, int(late["Retry-After"]) > 0) == (429, True)
    assert [Client().get("/feed/nonsense/").status_code for _ in range(3)] == [404, 404, 429]
    assert Client().get(f"/feed/{hers}/").status_code == 200, "another's tries keep nobody out"


def test_a_closed_accounts_feed_is_silent(alice: User, bedside: Device) -> None:
    secret, _feed = feed_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert Client().get(f"/feed/{secret}/").status_code == 404
