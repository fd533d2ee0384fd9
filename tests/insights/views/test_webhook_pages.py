"""The pages of webhooks: the password is asked, the secret shown once, and what came of it said in words."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from capture.models import User
from insights.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from insights.services.webhook_delivery import send_next
from insights.services.webhooks import MAX_ENDPOINTS, create_endpoint, secret_of
from insights.webhook_text import PROBLEMS
from tests.support.code_app import confirm_password
from tests.support.pages import text_of
from tests.support.webhook_receiver import receiving

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/settings/webhooks/"
URL = "https://hooks.example/stillnote"
FORM = {"url": URL, "events": ["ideas.placed"]}


@pytest.fixture
def knowing(alices: Client) -> Client:
    """Alice, who said her password just now."""
    confirm_password(alices, "correct horse")
    return alices


def hook(user: User, url: str = URL) -> WebhookEndpoint:
    return create_endpoint(user, url, [WebhookEvent.IDEAS_PLACED], with_words=False)


def test_the_password_is_asked_before_an_address_is_added(alices: Client) -> None:
    assert alices.post(PAGE, FORM)["Location"].startswith("/settings/again/")
    assert not WebhookEndpoint.objects.exists()


def test_the_secret_is_shown_once(knowing: Client) -> None:
    shown = text_of(knowing.post(PAGE, {**FORM, "with_words": "on"}))
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.events, endpoint.with_words) == (["ideas.placed"], True)
    assert secret_of(endpoint) in shown
    later = text_of(knowing.get(PAGE)) + text_of(knowing.get(f"{PAGE}{endpoint.pk}/"))
    assert URL in later
    assert "whsec_" not in later


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks.example", "ftp://hooks.example/", "http://hooks.example/", "https://", "https:///hook"),
        *("https://user:pass@hooks.example/", "https://hooks.example/#part", "https://[::", "javascript:alert(1)"),
        *("https://10.0.0.1/", "https://[::1]/", "https://[::ffff:192.168.1.7]/"),
        f"https://hooks.example/{'x' * 500}",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(url: str, knowing: Client) -> None:
    assert 'class="wrong"' in text_of(knowing.post(PAGE, {**FORM, "url": url}))
    assert not WebhookEndpoint.objects.exists()


def test_in_the_clear_only_where_the_machines_owner_allows_networks(knowing: Client, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["192.168.1.0/24"]
    assert "whsec_" in text_of(knowing.post(PAGE, {**FORM, "url": "http://nas.local:5678/hook"}))


def test_the_same_address_is_told_once(knowing: Client, alice: User) -> None:
    hook(alice)
    knowing.post(PAGE, FORM)
    assert WebhookEndpoint.objects.count() == 1
    assert "told already" in text_of(knowing.get(PAGE))


def test_there_are_so_many_and_no_more(knowing: Client, alice: User) -> None:
    for number in range(MAX_ENDPOINTS):
        hook(alice, f"{URL}/{number}")
    knowing.post(PAGE, FORM)
    assert WebhookEndpoint.objects.count() == MAX_ENDPOINTS
    assert "Delete one" in text_of(knowing.get(PAGE))


def test_a_test_is_sent_and_the_page_says_what_came_of_it(alice: User, alices: Client, settings: Any) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.1"]
    with receiving() as receiver:
        endpoint = hook(alice, receiver.url)
        assert "about to be sent" in text_of(alices.post(f"{PAGE}{endpoint.pk}/test", follow=True))
        assert send_next()
    assert "It was taken." in text_of(alices.get(f"{PAGE}{endpoint.pk}/"))
    assert receiver.got[0].verified(secret_of(endpoint))["type"] == "test"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        *(({"problem": code}, sentence.split(".")[0]) for code, sentence in PROBLEMS.items()),
        ({"status": 301}, "not followed"),
        ({"status": 500}, "It answered 500. It is tried again."),
        ({"status": 500, "state": "given-up"}, "It is left at that."),
    ],
)
def test_each_outcome_has_its_sentence(values: dict[str, Any], said: str, alice: User, alices: Client) -> None:
    endpoint, now = hook(alice), timezone.now()
    row = {"endpoint": endpoint, "event": WebhookEvent.TEST, "created_at": now, "due_at": now, "attempts": 1}
    WebhookDelivery.objects.create(**row, **values)
    assert said in text_of(alices.get(f"{PAGE}{endpoint.pk}/"))


def test_it_is_switched_off_and_on_and_deleted_once_asked(alice: User, alices: Client) -> None:
    endpoint = hook(alice)
    page = f"{PAGE}{endpoint.pk}/"
    assert "You switched it off." in text_of(alices.post(f"{page}switch", follow=True))
    assert "Send a test" in text_of(alices.post(f"{page}switch", {"on": "yes"}, follow=True))
    WebhookEndpoint.objects.update(failing_since=timezone.now())
    assert "It is tried again by itself." in text_of(alices.get(page))
    WebhookEndpoint.objects.update(off=WebhookEndpoint.Off.FAILING)
    assert "It took nothing for five days" in text_of(alices.get(page))
    assert "Delete this address?" in text_of(alices.get(f"{page}delete"))
    assert WebhookEndpoint.objects.exists()
    alices.post(f"{page}delete")
    assert not WebhookEndpoint.objects.exists()
