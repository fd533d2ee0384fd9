"""What is near to an idea: of other recordings, one's own, with the words that both share."""

import pytest
from django.test import Client

from capture.models import Device, User
from capture.services.devices import create_device
from insights.core.embedding.protocol import Unavailable
from insights.core.search.shared_words import shared_words
from insights.models import Idea
from insights.services import embedders
from insights.services.related_ideas import related_to_idea, related_to_memo
from tests.support.pages import text_of
from tests.support.transcripts import place_texts
from transcription.core.warnings.marks import MarkedText

RYE = "The rye dough needs a hotter oven."
CAKE = "Bake the cake with rye flour in the hot oven."
TAXES = "Send the invoice to the tax office."
LOAF = "It was raining again on Monday. Sourdough bread and cakes are baked at high heat with flour. My feet are wet."


@pytest.fixture
def rye(bedside: Device, bob: User) -> Idea:
    """Alice spoke of bread, of a cake and of taxes; Bob of bread too."""
    place_texts(bedside, RYE, CAKE, TAXES)
    place_texts(create_device(bob, "his")[0], "Bob bakes rye dough in the oven.")
    return Idea.objects.get(text=RYE)


def test_the_nearest_is_told_with_the_words_that_both_share(rye: Idea) -> None:
    for near in (related_to_idea(rye), related_to_memo(rye.memo)):
        assert near[0].idea.text == CAKE
        assert set(near[0].words) == {"rye", "hot", "oven"} - {"hot"}
        assert {one.idea.text for one in near} <= {CAKE, TAXES}


def test_where_no_telling_word_is_shared_the_nearest_sentence_is_told(
    rye: Idea, bedside: Device, alices: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    (loaf,) = place_texts(bedside, LOAF)
    other = loaf.ideas.get()
    doubtful = LOAF.index(" with flour")
    Idea.objects.filter(pk=other.pk).update(doubtful=[[doubtful, doubtful + 11]])
    (near,) = [one for one in related_to_idea(rye) if one.idea == other]
    assert near.words == []
    assert near.sentence == [
        MarkedText("Sourdough bread and cakes are baked at high heat ", is_doubtful=False),
        MarkedText("with flour", is_doubtful=True),
        MarkedText(".", is_doubtful=False),
    ]
    address = f"/ideas/{rye.pk}/near"
    page = text_of(alices.get(address))
    assert "<q>Sourdough bread and cakes are baked at high heat" in page
    assert "<q>" in text_of(alices.get(f"/memos/{rye.memo.pk}/near"))

    def out_of_reach(_model: str) -> None:
        raise Unavailable("no_model")

    monkeypatch.setattr(embedders, "load_embedder", out_of_reach)
    assert "near in meaning" in text_of(alices.get(address))


def test_words_that_everybody_says_make_nothing_near() -> None:
    said, other = "Okay, three days now, and I know the oven.", "You know, it takes three days. Think of ovens."
    assert shared_words(said, other, "en", "en") == ["oven"]
    assert shared_words("Drei Tage noch, denke ich.", "Wir denken drei Tage.", "de", "de") == []


def test_pages_tell_it_of_one_s_own_alone(rye: Idea, alices: Client, client: Client, bob: User) -> None:
    client.force_login(bob)
    for address in (f"/ideas/{rye.pk}/near", f"/memos/{rye.memo.pk}/near"):
        for headers in ({}, {"HX-Request": "true"}):
            page = text_of(alices.get(address, headers=headers))
            assert "oven, rye" in page
            assert "Bob bakes" not in page
        assert client.get(address).status_code == 404
