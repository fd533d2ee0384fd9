"""Another model: ideas are compared by the old one until all have vectors of the new one, and topics stay."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from capture.models import Device, User
from config.ops.alerts import user_alerts
from insights.core.embedding.catalogue import MULTILINGUAL
from insights.models import Arrangement, Idea, Topic
from insights.services import embedders, place_ideas, process_state, reembed
from insights.services.place_ideas import count_due_placements, place_next_transcript, place_transcript
from insights.services.reembed import count_due_reembeddings, reembed_some
from tests.support.pages import MORE_TOMATOES, TOMATOES
from tests.support.random_sentence_model import write_random_sentences
from tests.support.transcripts import place_texts, write_transcript
from tests.support.vectors_endpoint import KEY, VectorsEndpoint, running, well
from transcription.models import Transcript

GARDEN = "Water the garden and the tomatoes every evening."
TAXES = "Send the invoice to the tax office."
TOMATEN = "Die Tomaten im Garten brauchen mehr Wasser."


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    """Let each test begin with no models in its data folder."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()


@pytest.fixture
def own(tmp_path: Path, settings: Settings) -> str:
    """Name a model of one's own in the settings, and return what is stored with its vectors."""
    settings.EMBEDDING_MODEL = str(write_random_sentences(tmp_path / "own"))
    return embedders.wanted_model()


@pytest.fixture
def endpoint(settings: Settings) -> Iterator[VectorsEndpoint]:
    with running() as endpoint:
        settings.EMBEDDING_URL, settings.EMBEDDING_KEY = endpoint.url, KEY
        yield endpoint


def models(user: User) -> set[str]:
    return {model for idea in Idea.objects.filter(user=user) for model in (idea.vector_model, idea.other_model)}


def test_the_old_vectors_serve_until_all_the_new_ones_are_there_and_topics_stay(
    bedside: Device, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = bedside.user
    place_texts(bedside, TOMATOES, MORE_TOMATOES, TAXES)
    before = dict(Idea.objects.values_list("pk", "topic"))
    settings.EMBEDDING_MODEL = str(write_random_sentences(tmp_path / "own"))
    own = embedders.wanted_model()
    assert count_due_reembeddings() == 1
    with monkeypatch.context() as killed_soon:
        killed_soon.setattr(reembed, "BATCH_IDEAS", 1)
        moments = iter([0.0, 0.0, 1e9])  # the end is set, one batch is made, and time is over
        killed_soon.setattr(time, "monotonic", lambda: next(moments))
        assert reembed_some()
    assert Idea.objects.filter(other_model=own).count() == 1
    assert reembed.serving_embedder(user).model == embedders.STATIC_MODEL
    (fresh,) = place_texts(bedside, GARDEN)
    assert fresh.ideas.get().topic_id == before[Idea.objects.get(text=TOMATOES).pk], "what came meanwhile is sorted"
    assert not reembed_some()
    assert count_due_reembeddings() == 0
    assert reembed.serving_embedder(user).model == own
    assert before.items() <= dict(Idea.objects.values_list("pk", "topic")).items()
    assert models(user) == {embedders.STATIC_MODEL, own}
    for idea in Idea.objects.all():
        assert len(idea.vector_of(own)) == 16 * 4
        assert len(idea.vector_of(embedders.STATIC_MODEL)) == 256 * 4


def test_back_to_the_former_model_nothing_is_made_twice(
    bedside: Device, settings: Settings, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place_texts(bedside, TOMATOES, MORE_TOMATOES)
    assert models(bedside.user) == {own, ""}, "who has no ideas yet begins with the model of the settings"
    settings.EMBEDDING_MODEL = "auto"
    reembed_some()
    settings.EMBEDDING_MODEL = str(settings.HOME.parent / "own")
    monkeypatch.setattr(reembed, "_store_vectors", lambda *_: pytest.fail("they have it"))
    reembed_some()
    assert reembed.serving_embedder(bedside.user).model == own


def test_vectors_of_two_models_are_never_compared(bedside: Device, settings: Settings, tmp_path: Path) -> None:
    place_texts(bedside, TOMATOES, MORE_TOMATOES)
    topics = list(Topic.objects.all())
    for seed in range(3):
        settings.EMBEDDING_MODEL = str(write_random_sentences(tmp_path / f"own-{seed}", seed))
        while reembed_some():
            pass
        wanted = embedders.wanted_model()
        (fresh,) = place_texts(bedside, GARDEN)
        assert fresh.ideas.get().vector_model == wanted
        assert Idea.objects.with_vectors_of(wanted).count() == Idea.objects.count() == 3 + seed
    assert topics == list(Topic.objects.filter(pk__in=[topic.pk for topic in topics]))


def test_a_turn_while_an_idea_is_placed_makes_it_be_placed_again(
    bedside: Device, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    place_texts(bedside, TOMATOES)
    arranged = place_ideas._plan_placement
    turned: list[bool] = []

    def interrupted(*given: object) -> object:
        computed = arranged(*given)  # type: ignore[arg-type]
        if not turned:
            settings.EMBEDDING_MODEL = str(write_random_sentences(tmp_path / "own"))
            turned.append(reembed_some())
        return computed

    monkeypatch.setattr(place_ideas, "_plan_placement", interrupted)
    (fresh,) = place_texts(bedside, GARDEN)
    assert turned == [False]
    assert fresh.ideas.get().vector_model == embedders.wanted_model()


def told_of(user: User) -> bool:
    return any(alert.code == "vectors" for alert in user_alerts(user, timezone.now()))


def in_german(device: Device, text: str) -> Transcript:
    transcript = write_transcript(device, text)
    Transcript.objects.filter(pk=transcript.pk).update(language="de")
    transcript.refresh_from_db()
    place_transcript(transcript)
    return transcript


def test_other_languages_wait_unsorted_for_a_model_that_knows_them_and_the_page_says_why(
    bedside: Device, alices: Client, settings: Settings, tmp_path: Path
) -> None:
    User.objects.update(languages="de,en")
    settings.OFFLINE = True
    first, second = in_german(bedside, TOMATEN), in_german(bedside, TOMATEN)
    assert [transcript.ideas.get().topic for transcript in (first, second)] == [None, None]
    for address in ("/topics/", "/topics/unsorted/"):
        page = alices.get(address).content.decode()
        assert "another language than English" in page
        assert "STILLNOTE_OFFLINE=1 forbids its download" in page
    write_random_sentences(settings.HOME / "models" / MULTILINGUAL.replace("/", "--"))
    assert not reembed_some()
    assert first.ideas.get().vector_model == MULTILINGUAL
    assert "another language" not in alices.get("/topics/").content.decode()
    assert in_german(bedside, TOMATEN).ideas.get().topic is not None


def test_while_an_endpoint_does_not_answer_ideas_wait_and_the_page_says_so(
    endpoint: VectorsEndpoint, bedside: Device, alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.answer = lambda _asked: (503, {})
    transcript = write_transcript(bedside, TOMATOES)
    assert not place_next_transcript()
    assert count_due_placements() == 1
    assert not told_of(bedside.user)
    Transcript.objects.update(finished_at=timezone.now() - 2 * place_ideas.ALERT_DELAY)
    assert told_of(bedside.user)
    assert "EMBEDDING_URL" in alices.get("/").content.decode()
    embedders.configured_endpoint()._breaker.close()
    process_state.current.in_hand.clear()
    endpoint.answer = well
    assert place_next_transcript()
    assert transcript.ideas.get().vector_model == f"text-embedding-3-small at {embedders.configured_endpoint().host}"
    assert not told_of(bedside.user)


def test_a_model_whose_files_are_damaged_is_done_without(bedside: Device, own: str, settings: Settings) -> None:
    place_texts(bedside, TOMATOES)
    process_state.current.embedders.clear()
    (Path(settings.EMBEDDING_MODEL) / "model.onnx").write_bytes(b"no graph")
    reembed_some()
    reembed_some()
    assert reembed.serving_embedder(bedside.user).model == embedders.STATIC_MODEL
    assert Arrangement.objects.get().vector_model == embedders.STATIC_MODEL
