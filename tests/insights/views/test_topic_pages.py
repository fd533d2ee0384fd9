"""One topic's page, and where it stands among the others."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import Device, Memo, User
from insights.models import Correction, Idea, Topic
from insights.services.idea_spans import WordRange, idea_of_span
from tests.support.pages import LECTURE, MORE_TOMATOES, TOMATOES, idea, text_of
from tests.support.transcripts import place_texts, write_transcript


def test_a_topic_shows_one_kind_of_idea_alone(alices: Client, garden: Topic, bedside: Device) -> None:
    place_texts(bedside, "I wonder whether the tomatoes in the garden need water.", "Buy tomatoes for the garden.")
    Idea.objects.update(topic=garden)
    address = f"/topics/{garden.pk}/"
    shown = {kind: text_of(alices.get(address, {"kind": kind})) for kind in ("task", "question", "thought", "nothing")}
    assert "Buy tomatoes" in shown["task"]
    assert "I wonder" not in shown["task"]
    assert "I wonder" in shown["question"]
    assert TOMATOES not in shown["question"]
    assert TOMATOES in shown["thought"]
    assert TOMATOES in shown["nothing"]
    assert "Buy tomatoes" in shown["nothing"]


def test_a_hidden_topic_is_shown_on_asking_only_and_gets_ideas_as_before(
    alices: Client, garden: Topic, bedside: Device
) -> None:
    alices.post(f"/topics/{garden.pk}/hide", {"yes": ""})
    (more,) = place_texts(bedside, "Water the tomatoes in the garden every evening.")
    assert Idea.objects.get(transcript=more).topic == garden
    lecture = idea("Begin")
    for address in ("/topics/", f"/ideas/{lecture.pk}/move", "/digest/"):
        assert garden.name not in text_of(alices.get(address)), address
    today = text_of(alices.get("/"))
    assert TOMATOES not in today
    assert LECTURE in today
    assert "3 ideas came into topics that you hid" in today
    assert garden.name in text_of(alices.get("/topics/?hidden"))
    assert TOMATOES in text_of(alices.get(f"/topics/{garden.pk}/"))
    assert f'<option value="{garden.pk}" selected>' in text_of(alices.get(f"/ideas/{idea('The tomatoes').pk}/move"))
    alices.post(f"/topics/{garden.pk}/hide")
    assert garden.name in text_of(alices.get("/topics/"))


def test_the_list_says_when_each_grew_and_lights_the_star_of_what_is_new(alices: Client, garden: Topic) -> None:
    (sign, said), *_others = re.findall(
        r'class="topic-row".*?(<svg.*?</svg>).*?class="meta">(.*?)</span>', listed(alices)
    )
    assert 'class="new"' in sign
    assert re.fullmatch(r"2 ideas, newest (last night|today|yesterday)", said)
    memos = Memo.objects.filter(transcripts__ideas__topic=garden)
    memos.update(recorded_at=datetime(2019, 3, 12, 23, 40, tzinfo=UTC))
    (sign, said), *_others = re.findall(
        r'class="topic-row".*?(<svg.*?</svg>).*?class="meta">(.*?)</span>', listed(alices)
    )
    assert 'class="new"' not in sign
    assert said == "2 ideas, newest on 12 March 2019"


def listed(client: Client) -> str:
    return text_of(client.get("/topics/"))


def test_a_pinned_topic_stands_first(alices: Client, garden: Topic) -> None:
    alices.post("/topics/new", {"name": "Old things"})
    old = Topic.objects.get(name="Old things")
    alices.post(f"/topics/{old.pk}/pin", {"yes": ""})
    page = text_of(alices.get("/topics/"))
    assert page.index(f"/topics/{old.pk}/") < page.index(f"/topics/{garden.pk}/")
    alices.post(f"/topics/{old.pk}/pin")
    page = text_of(alices.get("/topics/"))
    assert page.index(f"/topics/{old.pk}/") > page.index(f"/topics/{garden.pk}/")
    assert [one.kind for one in Correction.objects.order_by("pk")] == ["created", "pinned", "unpinned"]


def test_ticked_ideas_get_a_topic_of_their_own(alices: Client, garden: Topic, bedside: Device) -> None:
    leaves, stays = idea(TOMATOES), idea(MORE_TOMATOES)
    address = f"/topics/{garden.pk}/split"
    elsewhere = Idea.objects.get(transcript=place_texts(bedside, "Send the invoice to the tax office.")[0])
    before = Topic.objects.count()
    assert "Choose the ideas" in text_of(alices.post(address, {"name": "Water"}, follow=True))
    assert "Choose the ideas" in text_of(alices.post(address, {"name": "Water", "idea": elsewhere.pk}, follow=True))
    assert "needs a name" in text_of(alices.post(address, {"name": " ", "idea": leaves.pk}, follow=True))
    assert Topic.objects.count() == before
    shown = text_of(alices.post(address, {"name": "Water", "idea": [leaves.pk, elsewhere.pk, "?"]}, follow=True))
    assert "<h1>Water</h1>" in shown
    assert TOMATOES in shown
    assert idea(MORE_TOMATOES).topic == stays.topic == garden
    assert idea(elsewhere.text).topic is None


def test_two_topics_are_never_merged_on_a_word(alices: Client, garden: Topic, bedside: Device) -> None:
    alices.post("/topics/new", {"name": "Garden"})
    other = Topic.objects.get(name="Garden")
    address = f"/topics/{garden.pk}/merge"
    assert "stay apart" in text_of(alices.post(address, {"other": other.pk, "never": ""}, follow=True))
    assert Topic.objects.of(garden.user).count() == 2
    assert Correction.objects.get(kind="apart").from_topic == other


@pytest.mark.parametrize("same", ["ÄPFEL", "äpfel", "A\u0308pfel", " Äpfel "])
def test_a_name_that_differs_by_case_or_by_how_it_is_written_is_the_same(
    alices: Client, alice: User, same: str
) -> None:
    alices.post("/topics/new", {"name": "Äpfel"})
    alices.post("/topics/new", {"name": "Pears"})
    assert "already" in text_of(alices.post("/topics/new", {"name": same}, follow=True))
    pears = Topic.objects.get(name="Pears")
    assert "already" in text_of(alices.post(f"/topics/{pears.pk}/rename", {"name": same}, follow=True))
    alices.post(f"/topics/{pears.pk}/rename", {"name": "PEARS"})
    assert set(Topic.objects.of(alice).values_list("name", flat=True)) == {"Äpfel", "PEARS"}


def test_three_hundred_topics_are_a_page_at_a_time_each_once_and_none_is_heavy(alices: Client, bedside: Device) -> None:
    names = [f"topic {number:03}" for number in range(300)]
    topics = Topic.objects.bulk_create(Topic(user=bedside.user, name=name, named_by="person") for name in names)
    Topic.objects.update(place_x=0.5, place_y=0.5)
    transcript = write_transcript(bedside, " ".join(names))
    heard, now = transcript.heard(), timezone.now()
    ideas = [
        idea_of_span(transcript, heard, at, WordRange(2 * at, 2 * at + 2).span_in(heard)) for at in range(len(names))
    ]
    for one, topic in zip(ideas, topics, strict=True):
        one.topic, one.placed_at = topic, now
    Idea.objects.bulk_create(ideas)
    seen, number = list[str](), 1
    while True:
        answer = alices.get("/topics/", {"page": number})
        assert len(answer.content) < 250_000
        seen += re.findall(r'<span class="name">(topic \d+)', text_of(answer))
        if "More topics" not in text_of(answer):
            break
        number += 1
    assert sorted(seen) == names
    assert number == 8
