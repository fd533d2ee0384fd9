"""axe-core finds nothing wrong with any page: wide in the dark, narrow by daylight, with its menus open."""

from collections.abc import Iterator
from typing import Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from config.demo.sample_memos import MEMOS
from tests.pictures.__main__ import BEHIND, BESIDE, paths
from tests.support.axe import AXE, violations
from tests.support.browser import DESK, PHONE, log_in
from tests.support.code_app import app_code
from tests.support.phone import Phone
from tests.support.servers import missing
from tests.support.service import Service
from tests.support.settling import settle

pytestmark = pytest.mark.alone

LOOKS: list[tuple[ViewportSize, Literal["dark", "light"]]] = [(DESK, "dark"), (PHONE, "light")]


TOPIC_AND_WEBHOOK = """
from capture.models import User
from insights.models import Idea, WebhookEvent
from insights.services.ideas import move_idea
from insights.services.topics import create_topic
from insights.services.webhooks import create_endpoint
user = User.objects.get()
topic = create_topic(user, "Mornings")
move_idea(Idea.objects.of(user).order_by("placed_at")[0], topic)
create_endpoint(user, "https://hooks.example.org/", list(WebhookEvent), with_words=True)
print(topic.pk)
"""


@pytest.fixture(scope="module", autouse=True)
def topic(service: Service) -> str:
    """Two memos lie there with their ideas, one in a topic; and a webhook is told of them."""
    if not AXE.is_file():
        missing("axe-core (npm ci in tests/clients)")
    phone = Phone(service)
    for name in ("memo-001.ogg", "memo-002.ogg"):
        assert phone.send(MEMOS / name).status_code == 201
    settle(service, 60)
    return service.shell(TOPIC_AND_WEBHOOK).strip()


@pytest.fixture(params=LOOKS, ids=["wide-dark", "narrow-light"])
def page(request: pytest.FixtureRequest, browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """Give somebody who is logged in; the pages' own policy would keep axe-core out."""
    viewport, scheme = request.param
    context = browser.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    shown = context.new_page()
    log_in(shown, service.address, "owner", password)
    yield shown
    context.close()


def test_nothing_is_wrong_with_any_page(page: Page, service: Service) -> None:
    wrong, shown = {}, paths(page, service.address)
    assert shown.keys() >= {*BEHIND, *BESIDE}
    for name, address in shown.items():
        page.goto(address)
        if found := violations(page):
            wrong[name] = found
    assert wrong == {}


def test_nothing_is_wrong_with_a_topic_that_goes(page: Page, service: Service, topic: str) -> None:
    page.goto(f"{service.address}/topics/{topic}/delete")
    page.get_by_label("Delete its recordings as well").check()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("heading", name="The topic is deleted").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Bring them back").click()
    page.get_by_role("heading", name="Mornings").wait_for()


def test_nothing_is_wrong_with_what_opens(page: Page, service: Service) -> None:
    page.goto(service.address)
    page.locator("a.voice").first.click()  # the player has a menu as well
    for menu in page.locator("details.menu > summary").all():
        menu.click()
        assert violations(page) == []
        page.keyboard.press("Escape")
    for fold in page.locator("details.fold > summary").all():
        fold.click()
    assert violations(page) == []


def test_nothing_is_wrong_with_a_review(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/review/")
    page.get_by_role("button", name="Ten ideas").click()
    page.locator("#decision").wait_for()
    for fold in page.locator("details > summary:visible").all():
        fold.click()
        assert violations(page) == []
        page.keyboard.press("Escape")
    page.locator("#decision [value=act]").click()
    page.locator("#undo").wait_for()
    assert violations(page) == []
    page.goto(f"{service.address}/act/")
    assert violations(page) == []
    page.goto(f"{service.address}/review/")
    page.get_by_role("button", name="Stop here").click()
    page.get_by_role("heading", name="That was").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Undo the last").click()
    page.get_by_role("button", name="Stop here").click()
    page.wait_for_url(f"{service.address}/")


def test_nothing_is_wrong_with_what_is_asked_before_somebody_is_in(page: Page, service: Service) -> None:
    made = service.manage("invite").split()[-1]
    page.context.clear_cookies()
    for address in (f"{service.address}/login/", made, f"{service.address}/invited/guessed/"):
        page.goto(address)
        assert violations(page) == []
    page.goto(made)
    page.get_by_role("button", name="Come in").click()
    assert violations(page) == []


def test_nothing_is_wrong_with_how_somebody_logs_in(page: Page, service: Service) -> None:
    named, name = service.address.replace("127.0.0.1", "localhost"), f"guest-{uuid4().hex[:8]}"
    password = service.manage("adduser", name).split()[-1]
    log_in(page, named, name, password)
    page.goto(f"{named}/settings/again/?next=/settings/login/app/")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Go on").click()
    assert violations(page) == []
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("The code that it shows").fill("12345")
    page.get_by_role("button", name="Set it up").click()
    assert violations(page) == []
    page.get_by_label("The code that it shows").fill(app_code(page.locator(".key code").inner_text()))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes code")).to_have_count(10)
    assert violations(page) == []
    for path in ("", "passkeys/add/", "codes/new/", "app/remove/"):
        page.goto(f"{named}/settings/login/{path}")
        assert violations(page) == []
    page.context.clear_cookies()
    page.goto(f"{named}/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{named}/login/code/")
    assert violations(page) == []


def test_what_is_wrong_is_found(page: Page) -> None:
    page.set_content("<main><h1>One</h1><img src='x'><p style='color: #999; background: #fff'>faint</p></main>")
    assert {one.partition(":")[0] for one in violations(page)} >= {"image-alt", "color-contrast"}
