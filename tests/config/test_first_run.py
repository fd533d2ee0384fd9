"""Who begins is asked a few things, each of which can be skipped, and is not asked again."""

import pytest
from django.test import Client

from capture.models import Device, PairingCode, User
from insights.models import DigestPlan, Topic
from tests.support.transcripts import write_transcript

NIGHT = {"time_zone": "Europe/Berlin", "night_from": "23", "night_until": "7"}
WHO = {"username": "alice", "password": "correct horse"}


def test_the_first_log_in_leads_there_and_the_second_to_today(client: Client, alice: User) -> None:
    assert client.get("/")["Location"] == "/login/?next=/"  # as whoever opens the address that the terminal told
    assert client.post("/login/", WHO | {"next": "/"})["Location"] == "/welcome/"
    client.post("/welcome/", NIGHT | {"languages": ["en", "de"]})
    client.post("/logout/")
    assert client.post("/login/", WHO)["Location"] == "/"


def test_who_recorded_before_is_not_asked(client: Client, bedside: Device) -> None:
    write_transcript(bedside, "The pond.")
    assert client.post("/login/", WHO)["Location"] == "/"


def test_an_address_that_was_asked_for_goes_first(client: Client, alice: User) -> None:
    assert client.post("/login/", WHO | {"next": "/topics/"})["Location"] == "/topics/"


def test_languages_the_night_and_the_mail_are_kept(alices: Client, alice: User) -> None:
    asked = alices.get("/welcome/", headers={"Accept-Language": "de-AT,en;q=0.5"}).content.decode()
    for code in ("de", "en"):
        assert f'value="{code}" checked' in asked
    assert 'lang="de">Deutsch<' in asked
    kept = alices.post("/welcome/", NIGHT | {"languages": ["en", "de"], "wants_mail": "on"})
    assert kept["Location"] == "/welcome/topics"
    alice.refresh_from_db()
    assert (alice.languages, alice.time_zone, alice.night_from, alice.night_until) == ("en,de", "Europe/Berlin", 23, 7)
    assert DigestPlan.objects.get(user=alice).enabled


@pytest.mark.parametrize("wrong", [{"languages": []}, {"languages": ["xx"]}, {"time_zone": "Atlantis"}])
def test_what_cannot_be_is_said_beside_its_field(alices: Client, alice: User, wrong: dict[str, object]) -> None:
    page = alices.post("/welcome/", NIGHT | {"languages": ["en"]} | wrong)
    assert page.status_code == 200
    assert 'class="wrong"' in page.content.decode()
    alice.refresh_from_db()
    assert alice.languages == ""


def test_things_on_ones_mind_become_topics(alices: Client) -> None:
    named = {"name": ["The pond", "", "Iris"], "sentence": ["carp and cables", "", ""]}
    assert alices.post("/welcome/topics", named)["Location"] == "/welcome/phone"
    assert list(Topic.objects.order_by("name").values_list("name", "sentence")) == [
        ("Iris", ""),
        ("The pond", "carp and cables"),
    ]


def test_a_name_that_cannot_be_is_told_and_asked_again(alices: Client) -> None:
    told = alices.post("/welcome/topics", {"name": ["x" * 121], "sentence": [""]}, follow=True)
    assert told.redirect_chain[-1][0] == "/welcome/topics"
    assert "note error" in told.content.decode()


def test_a_code_is_made_only_where_it_is_asked_for(alices: Client) -> None:
    alices.get("/welcome/phone")
    assert not PairingCode.objects.exists()
    alices.post("/welcome/phone")
    assert PairingCode.objects.count() == 1
