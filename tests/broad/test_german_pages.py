"""Whoever chose German reads nothing in English: every page of Bob's, who has one of everything."""

import html
import re

import pytest
from django.test import Client
from django.utils.translation import override

from capture.models import User
from insights.core.review.choices import Decision
from insights.night_text import describe_night, describe_night_line
from insights.review_text import describe_decisions, describe_offer
from insights.services.digests import preview_digest
from tests.support.catalogue import forms, german_catalogue
from tests.support.two_users import ROUTES, Bob, body

OTHERS = ("admin/", "api/", "healthz", "readyz")
"""Addresses of programs, and of Django's own pages."""


def english_sentences() -> set[str]:
    """Return every text of at least three words that German does not leave as it is."""
    texts = {
        english
        for message in german_catalogue()
        if message.id and not set(forms(message.id)) & set(forms(message.string))
        for english in forms(message.id)
        if "%(" not in english and "{" not in english
    }
    return {english for english in texts if len(re.findall(r"[^\W\d_]{2,}", english)) > 2}


def heard_from(page: str) -> str:
    """Return what a page says, in one line, attributes included."""
    return " ".join(html.unescape(page).split())


def test_no_page_says_anything_in_english(his: Bob, client: Client) -> None:
    User.objects.filter(pk=his.user.pk).update(page_language="de", is_superuser=True, languages="")
    client.force_login(User.objects.get(pk=his.user.pk))
    sentences, spoken, pages = english_sentences(), {}, 0
    for route in ROUTES:
        if route.written.startswith(OTHERS):
            continue
        answer = client.get(route.address(his.arguments))
        content = body(answer)  # read to its end, where it is a recording, too
        if "text/html" in answer.get("Content-Type", ""):
            page, pages = heard_from(content.decode()), pages + 1
            spoken[route.name] = {sentence for sentence in sentences if sentence in page}
    assert pages > 30
    assert {name: found for name, found in spoken.items() if found} == {}


def test_a_page_in_english_is_found(his: Bob, client: Client) -> None:
    """The negative control: the same person, who reads English."""
    client.force_login(his.user)
    page = heard_from(body(client.get("/devices/")).decode())
    assert len([sentence for sentence in english_sentences() if sentence in page]) > 5


def test_the_morning_mail_is_in_the_language_of_its_reader(his: Bob) -> None:
    User.objects.filter(pk=his.user.pk).update(page_language="de")
    mail = preview_digest(User.objects.get(pk=his.user.pk))
    assert mail
    assert mail.subject.endswith(("neue Idee", "neue Ideen"))
    assert '<html lang="de">' in mail.html
    assert [said for said in english_sentences() if said in heard_from(mail.text + mail.html)] == []


@pytest.mark.parametrize(
    ("at_night", "by_day", "topics", "sentence"),
    [
        (7, 2, 3, "Sieben Ideen aus der letzten Nacht, drei Themen."),
        (1, 0, 1, "Eine Idee aus der letzten Nacht, ein Thema."),
        (0, 13, 2, "13 Ideen seit gestern, zwei Themen."),
        (0, 0, 0, "Eine stille Nacht. Nichts kam herein."),
    ],
)
def test_numbers_are_german_words(at_night: int, by_day: int, topics: int, sentence: str) -> None:
    with override("de"):
        assert describe_night(at_night, by_day, topics) == sentence


def test_lists_end_as_german_lists_do() -> None:
    counts = {Decision.KEEP: 5, Decision.LATER: 1, Decision.LET_GO: 2}
    with override("de"):
        assert describe_decisions(counts) == "Du hast fünf behalten, eine auf später verschoben und zwei losgelassen."
        assert describe_offer(1, 2) == "Eine neue Idee und zwei, die wieder an der Reihe sind."
        assert describe_night_line([]).startswith("Letzte Nacht")
