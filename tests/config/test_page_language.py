"""In which language pages and mails are: as the browser asks, or as a person chose."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import get_language

from capture.models import User

ABOUT = {"time_zone": "Europe/Berlin", "languages": "de", "night_from": "22", "night_until": "6"}
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
FRENCH = {"Accept-Language": "fr,it;q=0.5"}


def language_of(page: str) -> str:
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(("asked", "spoken"), [(GERMAN, "de"), (FRENCH, "en"), ({}, "en")])
def test_a_page_is_in_the_language_that_the_browser_asks_for_or_in_english(
    client: Client, alice: User, asked: dict[str, str], spoken: str
) -> None:
    answer = client.get("/login/", headers=asked)
    assert language_of(answer.content.decode()) == answer["Content-Language"] == spoken


@pytest.mark.parametrize(("chosen", "spoken"), [("", "de"), ("en", "en"), ("de", "de")])
def test_what_a_person_chose_goes_before_what_their_browser_asks_for(
    alices: Client, alice: User, chosen: str, spoken: str
) -> None:
    form = ABOUT | {"email": alice.email, "page_language": chosen}
    assert alices.post("/settings/", form, headers=GERMAN).status_code == 302
    answer = alices.get("/settings/", headers=GERMAN)
    assert language_of(answer.content.decode()) == answer["Content-Language"] == spoken


def test_a_language_that_no_page_is_in_is_not_taken(alices: Client, alice: User) -> None:
    assert alices.post("/settings/", ABOUT | {"email": alice.email, "page_language": "fr"}).status_code == 200
    alice.refresh_from_db()
    assert alice.page_language == ""


def test_whoever_begins_in_german_has_german_mails(alices: Client, alice: User) -> None:
    alices.post("/welcome/", ABOUT, headers=GERMAN)
    alice.refresh_from_db()
    assert (alice.page_language, alice.mail_language) == ("de", "de")


def test_whoever_begins_in_english_has_pages_as_the_browser_asks_and_english_mails(alices: Client, alice: User) -> None:
    alices.post("/welcome/", ABOUT)
    alice.refresh_from_db()
    assert (alice.page_language, alice.mail_language) == ("", "en")


def test_the_api_speaks_english_to_every_program(client: Client, alice: User) -> None:
    told = client.get("/api/v1/nothing", headers=GERMAN)
    assert told["Content-Language"] == "en"
    assert "There is nothing at this address." in told.json()["title"]
    assert get_language() == "en"


@pytest.mark.parametrize(("surroundings", "said"), [("de_DE.UTF-8", "Stillnote läuft nicht."), ("fr", "does not run.")])
def test_a_command_speaks_the_language_of_its_terminal(tmp_path: Path, surroundings: str, said: str) -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "stop"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"LC_MESSAGES": surroundings, "STILLNOTE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said in told.stdout


def test_what_is_wrong_with_a_setting_is_one_sentence_in_a_german_terminal_too(tmp_path: Path) -> None:
    surroundings = {"LC_MESSAGES": "de_DE.UTF-8", "STILLNOTE_HOME": str(tmp_path), "PORT": "many"}
    command = [sys.executable, "manage.py", "stop"]
    house = Path(__file__).parents[2]
    told = subprocess.run(
        command, cwd=house, env=os.environ | surroundings, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
