"""What is near to an idea: of other recordings, one's own, with the words that both share."""

import pytest
from django.test import Client

from capture.models import Device, User
from capture.services.devices import create_device
from insights.models import Idea
from insights.services.related_ideas import related_to_idea, related_to_memo
from tests.support.pages import text_of
from tests.support.transcripts import place_texts

RYE = "The rye dough needs a hotter oven."
CAKE = "Bake the cake with rye flour in the hot oven."
TAXES = "Send the invoice to the tax office."


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


def test_pages_tell_it_of_one_s_own_alone(rye: Idea, alices: Client, client: Client, bob: User) -> None:
    client.force_login(bob)
    for address in (f"/ideas/{rye.pk}/near", f"/memos/{rye.memo.pk}/near"):
        for headers in ({}, {"HX-Request": "true"}):
            page = text_of(alices.get(address, headers=headers))
            assert "oven, rye" in page
            assert "Bob bakes" not in page
        assert client.get(address).status_code == 404
