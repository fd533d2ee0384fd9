"""A whole review in Chromium: by keys, by touch, without JavaScript; undone; in two tabs; taken up again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.support.browser import DESK, PHONE, log_in, owners_page, wait_until
from tests.support.service import Service

pytestmark = pytest.mark.alone

IDEAS = 5
SEED = """
import shutil
from capture.models import Device, Memo, User
from capture.services.devices import create_device
from config.demo.sample_memos import MEMOS
from insights.models import Idea, ReviewSession, ReviewState
from insights.services.ideas import move_idea
from insights.services.topics import create_topic
from tests.support.recordings import audio_path
from tests.support.transcripts import place_texts
user = User.objects.get()
Memo.objects.all().delete()
user.reviews.all().delete()
user.topics.all().delete()
device = user.devices.first() or create_device(user, "bedside")[0]
said = ["She never says that she forgives him.", "The keeper counts the waves at night."]
said += ["Let the dough rest in the cold.", "Buy rye flour at the mill.", "A lamp that becomes bright very slowly."]
novel, bread = create_topic(user, "The lighthouse novel"), create_topic(user, "Bread and kitchen")
for transcript, topic in zip(place_texts(device, *said), [novel, novel, bread, bread, None]):
    idea = Idea.objects.get(transcript=transcript)
    if topic:
        move_idea(idea, topic)
    path = audio_path(transcript.memo)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MEMOS / "memo-001.ogg", path)
"""
WHAT_BECAME = """
from insights.models import ReviewState
print(*(f"{state.decision}:{state.idea.topic.name if state.idea.topic else ''}" for state in
        ReviewState.objects.order_by("seen_at")), sep="|")
"""
WATCH_SHIFTS = """
window.shifted = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) shifted.push(one.sources.map(({ node }) => node?.outerHTML?.slice(0, 80)));
}).observe({ type: "layout-shift", buffered: true });
"""
"""What moved on a page without anybody's doing, as Cumulative Layout Shift counts it (web.dev/articles/cls)."""
SLOWED = 6
"""How many times slower than this machine: a browser then reads a page in parts."""

HALF_A_BAR = """() => {
    const places = document.querySelector(".places");
    const picture = places.querySelector(".icon");
    const where = () => JSON.stringify(picture.getBoundingClientRect());
    const whole = where();
    for (const later of [places.lastElementChild, places.children[2], picture.nextElementSibling]) later.remove();
    return where() === whole;
}"""
"""Whether the first place stands where it will when a slow browser paints what it has read of the bar so far."""


@pytest.fixture(autouse=True)
def ideas(service: Service) -> None:
    """Five ideas of last night, in two topics and none; nothing is decided."""
    service.shell(SEED)


@pytest.fixture
def phone_page(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    with owners_page(context, service, password) as page:
        yield page


@pytest.fixture
def plain_page(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """A browser in which no script runs."""
    with owners_page(browser.new_context(viewport=DESK, java_script_enabled=False), service, password) as page:
        yield page


def became(service: Service) -> list[str]:
    return service.shell(WHAT_BECAME).strip().split("|")


def begin(page: Page, service: Service) -> None:
    page.goto(service.address)
    page.get_by_role("button", name="Review", exact=True).click()
    at(page, 1)
    page.wait_for_load_state()  # its keys are heard


def at(page: Page, number: int) -> None:
    expect(page.locator(".steps .n")).to_have_text(f"{number} of {IDEAS}")


def test_by_keys_alone(service: Service, desk: Page) -> None:
    begin(desk, service)
    wait_until(desk, "document.querySelector('#belongs [data-key=\"1\"]') !== null")
    desk.keyboard.press("?")
    expect(desk.locator(".keylist")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.locator("#words").focus()
    desk.keyboard.press("p")
    expect(desk.locator(".bigvoice")).to_have_attribute("data-playing", "")
    desk.keyboard.press("Enter")
    expect(desk.locator("#belongs .yes input")).to_be_checked()
    desk.keyboard.press("k")
    at(desk, 2)
    expect(desk.locator("#words")).to_be_focused()
    expect(desk.locator(".bigvoice")).not_to_have_attribute("data-playing", "")
    wait_until(desk, "document.querySelector('#belongs [data-key=\"1\"]') !== null")
    desk.keyboard.press("1")
    desk.keyboard.press("l")
    at(desk, 3)
    desk.keyboard.press("t")
    desk.keyboard.type("Lamps kal")
    desk.keyboard.press("Enter")
    at(desk, 3)
    desk.keyboard.press("a")
    at(desk, 4)
    desk.keyboard.press("x")
    at(desk, 5)
    desk.keyboard.press("z")
    at(desk, 4)
    desk.keyboard.press("x")
    at(desk, 5)
    desk.keyboard.press("k")
    expect(desk.get_by_role("heading", name="That was last night.")).to_be_visible()
    assert desk.url.endswith("/review/ended/")
    expect(desk.locator(".lead")).to_have_text(
        "You kept two, put one off for later, let one go. One is on your list to act on:"
    )
    *first, last = became(service)
    assert first == [
        "keep:The lighthouse novel",
        "later:Bread and kitchen",
        "act:Lamps kal",
        "let-go:Bread and kitchen",
    ]
    assert last.startswith("keep:")
    desk.keyboard.press("z")
    at(desk, 5)
    for number in (4, 3, 2, 1):
        desk.keyboard.press("z")
        at(desk, number)
    assert became(service) == [""]


def test_by_touch(service: Service, phone_page: Page) -> None:
    page = phone_page
    begin(page, service)
    taps = 0

    def tap(what: str) -> None:
        nonlocal taps
        page.locator(what).tap()
        taps += 1

    tap(".bigvoice")
    expect(page.locator(".bigvoice")).to_have_attribute("data-playing", "")
    print(f"taps to hear an idea: {taps}")
    assert taps == 1
    tap("button[value=act]")
    at(page, 2)
    swipe(page, 60, 330)
    at(page, 3)
    swipe(page, 330, 60)
    at(page, 4)
    swipe(page, 200, 210, down=200)
    page.wait_for_timeout(300)
    at(page, 4)
    taps = 0
    tap("#belongs .yes")
    tap("button[value=let-go]")
    at(page, 5)
    print(f"taps to confirm a topic and decide: {taps}")
    for button in page.locator("#decision button:visible, #belongs .choice, .bigvoice .play").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    tap("button[value=keep]")
    expect(page.get_by_role("heading", name="That was last night.")).to_be_visible()
    assert [row.split(":")[0] for row in became(service)] == ["act", "keep", "later", "let-go", "keep"]


def swipe(page: Page, begin_x: int, end_x: int, *, down: int = 0) -> None:
    """Move a finger over the words, as the browser's own touches are."""
    touching = page.context.new_cdp_session(page)
    for step in range(6):
        kind = "touchStart" if step == 0 else "touchMove"
        x, y = begin_x + (end_x - begin_x) * step / 5, 250 + down * step / 5
        touching.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touching.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_without_javascript(service: Service, plain_page: Page) -> None:
    page = plain_page
    begin(page, service)
    page.locator("#belongs .yes").click()
    page.get_by_role("button", name="Keep").click()
    at(page, 2)
    page.get_by_role("button", name="Undo").click()
    at(page, 1)
    page.locator(".another summary").click()
    page.locator("#new").fill("Lamps")
    page.locator("#new").press("Enter")
    at(page, 1)
    page.get_by_role("button", name="Act").click()
    at(page, 2)
    for number, name in ((3, "Later"), (4, "Let go"), (5, "Keep")):
        page.get_by_role("button", name=name, exact=False).last.click()
        at(page, number)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="That was last night.")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    assert page.url == f"{service.address}/"
    assert became(service)[0] == "act:Lamps"


def test_two_tabs_and_taken_up_again(service: Service, desk: Page, browser: Browser, password: str) -> None:
    begin(desk, service)
    other = desk.context.new_page()
    other.goto(f"{service.address}/review/")
    at(other, 1)
    desk.keyboard.press("k")
    at(desk, 2)
    other.keyboard.press("x")
    at(other, 2)
    expect(other.locator(".note[role=status]").first).to_have_text("It was decided on another page already: kept.")
    assert [row.split(":")[0] for row in became(service)] == ["keep"]
    other.close()
    desk.goto(f"{service.address}/")
    desk.goto(f"{service.address}/review/")
    at(desk, 2)
    with owners_page(browser.new_context(viewport=PHONE), service, password) as elsewhere:
        elsewhere.goto(f"{service.address}/review/")
        at(elsewhere, 2)


@pytest.fixture
def unwatched(browser: Browser, service: Service, password: str) -> Iterator[Page]:
    """A browser whose complaints are not counted: htmx writes of each request that goes nowhere."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    log_in(page, service.address, "owner", password)
    yield page
    context.close()


def test_out_of_reach_it_says_so_and_stays(service: Service, unwatched: Page) -> None:
    desk = unwatched
    begin(desk, service)
    desk.context.set_offline(True)
    desk.keyboard.press("k")
    expect(desk.locator("#answers")).to_contain_text("nothing was changed")
    at(desk, 1)
    desk.context.set_offline(False)
    wait_until(desk, "navigator.onLine")
    desk.keyboard.press("k")
    at(desk, 2)
    expect(desk.locator("#answers")).to_be_hidden()
    assert [row.split(":")[0] for row in became(service)] == ["keep"]


def test_a_name_that_is_typed_while_the_next_idea_comes_decides_nothing(service: Service, desk: Page) -> None:
    begin(desk, service)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route("**/review/decide", hold)
    desk.keyboard.press("l")
    desk.keyboard.press("t")
    desk.keyboard.type("Lamps")
    wait_until(desk, "document.activeElement.value === 'Lamps'")
    assert len(held) == 1
    held.pop().continue_()
    at(desk, 2)
    expect(desk.locator("#new")).to_be_focused()
    desk.keyboard.type(" kal")
    expect(desk.locator("#new")).to_have_value("Lamps kal")
    assert [row.split(":")[0] for row in became(service)] == ["later"]


@pytest.mark.parametrize("hand", ["keys", "touch"])
def test_an_idea_is_split_and_joined_and_both_are_taken_back(
    service: Service, desk: Page, phone_page: Page, hand: str
) -> None:
    page = desk if hand == "keys" else phone_page
    begin(page, service)
    words = page.locator("#words").inner_text()

    def press(target: Locator) -> None:
        if hand == "touch":
            target.tap()
        else:
            target.focus()
            page.keyboard.press("Enter")

    more = page.locator("#review-head summary.dots")
    press(more)
    press(page.get_by_role("link", name="Split in two"))
    press(page.locator(".choosing button").nth(1))
    expect(page.locator(".steps .n")).to_have_text(f"1 of {IDEAS + 1}")
    assert page.locator("#words").inner_text() == " ".join(words.split()[:2])
    press(more)
    press(page.get_by_role("button", name="Join with the next"))
    at(page, 1)
    expect(page.locator("#words")).to_have_text(words)
    expect(page.locator("#undo")).to_contain_text("You joined two ideas.")
    press(page.locator("#undo button"))
    expect(page.locator(".steps .n")).to_have_text(f"1 of {IDEAS + 1}")
    expect(page.locator("#undo")).to_contain_text("You split an idea in two.")
    press(page.locator("#undo button"))
    at(page, 1)
    expect(page.locator("#words")).to_have_text(words)
    expect(page.locator("#undo")).to_have_count(0)


@pytest.mark.parametrize("hand", ["keys", "touch"])
def test_nothing_moves_on_today_and_in_a_review_while_they_load(
    service: Service, desk: Page, phone_page: Page, hand: str
) -> None:
    page = desk if hand == "keys" else phone_page
    page.add_init_script(WATCH_SHIFTS)
    begin(page, service)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    for address in (f"{service.address}/", page.url):
        page.goto(address, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => scrollTo(0, document.body.scrollHeight))")
        page.wait_for_timeout(300)
        assert page.evaluate("shifted") == []
    page.goto(service.address)
    assert page.evaluate(HALF_A_BAR)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<div class=\"stage\">new</div>')")
    wait_until(page, "shifted.length > 0")
