"""Logging in, in Chromium: a passkey by itself and after the password, an app, and where one is logged in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import DESK, Complaints, log_in
from tests.support.code_app import app_code
from tests.support.service import Service

pytestmark = pytest.mark.alone


@pytest.fixture
def address(service: Service) -> str:
    """The service by a name: browsers keep passkeys for no number."""
    return service.address.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    shown = browser.new_context(viewport=DESK)
    complaints = Complaints(shown)
    yield shown
    shown.close()
    assert complaints.all == []


def give_passkeys(page: Page) -> None:
    """Give a page's browser something that keeps passkeys, as a laptop has, which knows its person's finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def say_password_again(page: Page, password: str) -> None:
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Go on").click()


def log_out(page: Page, address: str) -> None:
    page.goto(f"{address}/settings/")
    page.locator("#content").get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{address}/login/")


def test_a_passkey_is_kept_and_lets_in_by_itself_and_after_the_password(
    context: BrowserContext, service: Service, address: str, password: str
) -> None:
    page = context.new_page()
    give_passkeys(page)
    log_in(page, address, "owner", password)
    page.goto(f"{address}/settings/")
    page.locator("li", has_text="Passkeys and codes").get_by_role("link").click()
    page.get_by_role("link", name="Add a passkey").click()
    say_password_again(page, password)
    page.get_by_label("What to call it").fill("Laptop")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(f"{address}/settings/login/codes/")
    expect(page.locator(".codes code")).to_have_count(10)
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Laptop", exact=True)).to_be_visible()

    log_out(page, address)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/welcome/")

    log_out(page, address)
    page.fill("input[name=username]", "owner")
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{address}/login/code/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{address}/welcome/")

    page.goto(f"{address}/settings/login/codes/")
    page.get_by_role("link", name="By your passkey instead").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{address}/settings/login/codes/")

    page.goto(f"{address}/settings/login/")
    page.get_by_role("link", name="Rename Laptop").click()
    page.get_by_label("What to call it").fill("Kitchen laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kitchen laptop", exact=True)).to_be_visible()
    page.get_by_role("link", name="Remove Kitchen laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("link", name="Remove Kitchen laptop")).to_have_count(0)
    log_out(page, address)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That passkey is not known here.")).to_be_visible()


def test_by_a_number_passkeys_are_not_offered_and_the_page_says_where_they_work(
    context: BrowserContext, service: Service, address: str, password: str
) -> None:
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    page.goto(f"{service.address}/settings/login/")
    expect(page.get_by_role("link", name="Add a passkey")).to_have_count(0)
    expect(page.get_by_role("link", name=f"{address}/settings/login/")).to_be_visible()


def test_an_app_is_set_up_by_its_picture_or_its_key_and_asked_for_from_then_on(
    context: BrowserContext, service: Service, password: str
) -> None:
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    page.goto(f"{service.address}/settings/login/app/")
    say_password_again(page, password)
    expect(page.get_by_role("img", name="The key for your app as a picture")).to_be_visible()
    key = page.locator(".key code").inner_text()
    page.get_by_label("The code that it shows").fill(app_code(key))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes code")).to_have_count(10)
    codes = page.locator(".codes code").all_inner_texts()
    log_out(page, service.address)
    page.fill("input[name=username]", "owner")
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{service.address}/welcome/")
    page.goto(f"{service.address}/settings/login/app/remove/")
    say_password_again(page, password)
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url(f"{service.address}/settings/login/")


def test_a_browser_is_logged_out_from_another(
    browser: Browser, context: BrowserContext, service: Service, password: str
) -> None:
    elsewhere = browser.new_context(viewport=DESK)
    there, here = elsewhere.new_page(), context.new_page()
    log_in(there, service.address, "owner", password)
    log_in(here, service.address, "owner", password)
    here.goto(f"{service.address}/settings/sessions/")
    here.get_by_role("button", name="Log out everywhere else").click()
    expect(here.get_by_text("You are logged in here alone.")).to_be_visible()
    there.goto(f"{service.address}/topics/")
    expect(there).to_have_url(f"{service.address}/login/?next=/topics/")
    elsewhere.close()


def test_a_look_is_there_from_the_first_byte_and_holds(
    context: BrowserContext, service: Service, password: str
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="light")
    log_in(page, service.address, "owner", password)
    for look, colour in (("Night", "rgb(17, 19, 26)"), ("As this device", "rgb(245, 239, 228)")):
        page.goto(f"{service.address}/settings/")
        form = page.locator("form[action$=look]")
        form.get_by_label(look).check(force=True)
        form.get_by_role("button", name="Save").click()
        page.wait_for_url(f"{service.address}/settings/")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == colour
