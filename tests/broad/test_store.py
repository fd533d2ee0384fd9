"""In a real browser: what is held outlives a database that is closed, changed or full."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE_STORE, speak
from tests.support.service import Service

pytestmark = pytest.mark.alone

STORE = (
    "const { openStore } = await import('/static/capture/sending/store.js');"
    f"const store = await openStore('{PHONE_STORE}');"
)
SPOKEN = "{ id: 'one', recordedAt: '2026-01-01T00:00:00Z', type: 'audio/ogg', token: null }"
HELD = "[(await store.held()).map((one) => [one.id, one.finished]), (await store.audio({ id: 'one', type: '' })).size]"


def in_page(page: Page, script: str) -> object:
    """Run what uses a store in a page, and return what it returns."""
    return page.evaluate(f"async () => {{ {STORE} {script} }}")


@pytest.fixture
def opened(service: Service, phone: Page) -> Page:
    """The phone's page; nobody has paired it."""
    phone.goto(f"{service.address}/phone/")
    expect(phone.locator("#line")).not_to_be_empty()
    return phone


CHANGE = """
    const change = async (name) => {
        const opening = indexedDB.open(name, 2);
        opening.onupgradeneeded = () => opening.result.createObjectStore('more');
        return await Promise.race([
            new Promise((resolve) => (opening.onsuccess = () => { opening.result.close(); resolve('changed'); })),
            new Promise((resolve) => setTimeout(() => resolve('waits'), 3000)),
        ]);
    };
"""


def test_a_newer_page_changes_the_database_at_once_and_the_older_one_goes_on(opened: Page) -> None:
    begun = f"await store.begin({SPOKEN}); await store.append('one', 0, new Blob(['ab']));"
    gone_on = f"await store.append('one', 1, new Blob(['cd'])); await store.finish({SPOKEN});"
    said = in_page(
        opened,
        f"{begun} {CHANGE} const was = await change('{PHONE_STORE}'); "
        f"if (was === 'changed') {{ {gone_on} }} return [was, ...{HELD}];",
    )
    assert said == ["changed", [["one", True]], 4]
    in_page(opened, f"await store.remove({SPOKEN});")
    speak(opened, 2)
    expect(opened.locator("#held")).to_contain_text("1 held here")


def test_a_sit_is_kept_after_a_newer_page_changed_its_database(opened: Page) -> None:
    said = in_page(
        opened,
        "const { Sits } = await import('/static/capture/phone/sits.js');"
        "const sits = new Sits(''); await sits.current();"
        f"{CHANGE} const was = await change('stillnote-sits');"
        "if (was === 'changed') await sits.begin(5); return [was, (await sits.current())?.minutes];",
    )
    assert said == ["changed", 5]


def test_what_has_no_row_for_want_of_room_gets_one_when_it_ends(opened: Page) -> None:
    said = in_page(
        opened, f"await store.append('one', 0, new Blob(['ab'])); await store.finish({SPOKEN}); return {HELD};"
    )
    assert said == [[["one", True]], 2]


def test_what_was_sent_meanwhile_does_not_come_back(opened: Page) -> None:
    assert in_page(opened, f"await store.note({SPOKEN}, {{ tried: true }}); return await store.held();") == []


def test_a_shared_file_is_there_as_a_whole_or_not_at_all(opened: Page) -> None:
    seen = in_page(
        opened,
        """
        const taking = store.take(new File(['abcd'], 'a.m4a', { type: 'audio/mp4' }));
        const seen = [];
        let isDone = false;
        taking.then(() => (isDone = true));
        while (!isDone) {
            for (const one of await store.held()) seen.push(one.finished && (await store.audio(one)).size === 4);
        }
        return seen;
    """,
    )
    assert isinstance(seen, list)
    assert all(seen)


def test_a_recording_is_not_finished_before_its_last_slice_is_there_whatever_failed_before(opened: Page) -> None:
    said = opened.evaluate("""async () => {
        const { Recorder } = await import('/static/capture/recording/recorder.js');
        const happened = [];
        const store = {
            begin: async () => {},
            append: async (id, number) => {
                if (number === 0) throw new Error('full');
                await new Promise((resolve) => setTimeout(resolve, 700));
                happened.push('slice');
            },
            finish: async () => happened.push('finished'),
        };
        const ended = new Promise((resolve) => {
            const recorder = new Recorder(store, resolve);
            recorder.start();
        });
        const { isWhole, reason } = await ended;
        return [happened.at(-1), happened.includes('slice'), isWhole, reason];
    }""")
    assert said == ["finished", True, False, "full"]
