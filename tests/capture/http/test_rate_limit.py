"""How often somebody may ask: so many at once, then one for each that was waited for, whoever else asks."""

import itertools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from capture.http.client_ip import client_address
from capture.http.rate_limit import (
    ACCOUNT_TRIES_AN_HOUR,
    LOGINS_A_MINUTE,
    MINUTE_NANOSECONDS,
    PAIRINGS_A_MINUTE,
    SECOND_NANOSECONDS,
    SLOT_SETS,
    SLOTS_PER_SET,
    RateLimit,
)
from capture.models import User
from capture.services.devices import revoke_device
from tests.support.answers import problem
from tests.support.api_phone import OGG, Phone
from tests.support.data_folder import nothing_stored

NOW = 10**15


@pytest.fixture
def limit() -> Iterator[RateLimit]:
    """One that has counted nothing."""
    with closing(RateLimit()) as fresh:
        yield fresh


@given(st.integers(1, 2000), st.integers(0, 10**18))
def test_so_many_pass_at_once_and_not_one_more(a_minute: int, now: int) -> None:
    with closing(RateLimit()) as limit:
        assert [limit.count("phone", a_minute, now) for _ in range(a_minute)] == [0] * a_minute
        wait = limit.count("phone", a_minute, now)
        assert wait > 0
        assert limit.count("phone", a_minute, now + wait - 1) == 1
        assert limit.count("phone", a_minute, now + wait) == 0
        assert limit.count("phone", a_minute, now + wait) > 0


@given(st.lists(st.integers(0, 3 * SECOND_NANOSECONDS), max_size=300))
def test_no_minute_holds_more_than_twice_as_many_and_no_wait_is_longer_than_one(pauses: list[int]) -> None:
    now, passed = NOW, []
    with closing(RateLimit()) as limit:
        for pause in pauses:
            now += pause
            wait = limit.count("phone", 20, now)
            assert 0 <= wait <= MINUTE_NANOSECONDS // 20
            if not wait:
                passed.append(now)
    assert all(sum(begun <= one < begun + MINUTE_NANOSECONDS for one in passed) <= 40 for begun in passed)


def test_one_sender_costs_another_nothing(limit: RateLimit) -> None:
    while not limit.count("loud", 10, NOW):
        pass
    assert limit.count("quiet", 10, NOW) == 0


def test_many_strangers_take_no_memory_and_shut_nobody_out(limit: RateLimit) -> None:
    size = len(limit._memory)
    refused = sum(limit.count(f"stranger {number}", 2, NOW) > 0 for number in range(3 * SLOT_SETS * SLOTS_PER_SET))
    assert refused == 0
    assert len(limit._memory) == size == SLOT_SETS * SLOTS_PER_SET * 16


def _ask(limit: RateLimit, times: int, answers: Connection) -> None:
    answers.send(sum(limit.count("phone", 500, NOW) == 0 for _ in range(times)))


def test_processes_and_threads_count_together(limit: RateLimit) -> None:
    fork = get_context("fork")
    pipes = [fork.Pipe(duplex=False) for _ in range(3)]
    children = [fork.Process(target=_ask, args=(limit, 400, answers)) for _, answers in pipes]
    for child in children:
        child.start()
    with ThreadPoolExecutor(4) as threads:
        here = sum(wait == 0 for wait in threads.map(lambda _: limit.count("phone", 500, NOW), range(400)))
    there = sum(asked.recv() for asked, _ in pipes)
    for child in children:
        child.join()
    assert here + there == 500


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A clock that stands still, unless a test moves it on."""
    now = [NOW]
    monkeypatch.setattr(time, "monotonic_ns", lambda: now[0])
    return now


def too_many(answer: Any) -> int:
    """Whether it is a 429; return what Retry-After says."""
    assert problem(answer, 429, "too-many-requests")
    return int(answer["Retry-After"])


def test_a_device_is_told_when_to_go_on_and_that_is_true(
    phone: Phone, settings: Any, clock: list[int], alice: User
) -> None:
    settings.UPLOADS_A_MINUTE = 4
    assert [phone.put("m-1").status_code for _ in range(4)] == [201, 200, 200, 200]
    assert too_many(phone.receipt("m-1")) == 15
    clock[0] += 14 * SECOND_NANOSECONDS
    assert too_many(phone.put("m-2", OGG + b"2")) == 1
    assert Phone(alice, "nightstand").put("n-1").status_code == 200
    clock[0] += SECOND_NANOSECONDS
    assert phone.put("m-2", OGG + b"2").status_code == 201


def test_what_comes_too_often_is_not_stored(phone: Phone, settings: Any, home: Any) -> None:
    settings.UPLOADS_A_MINUTE = 1
    phone.receipt("m-1")
    too_many(phone.put("m-1"))
    too_many(phone.post(audio=SimpleUploadedFile("a.ogg", OGG)))
    assert nothing_stored(home)


def test_whoever_tries_tokens_is_slowed_down_and_known_ones_are_not(phone: Phone, settings: Any) -> None:
    settings.UPLOADS_A_MINUTE = 3
    statuses = []
    for number in range(5):
        stranger = Client(headers={"Authorization": f"Bearer guess-{number}"})
        statuses.append(stranger.get("/api/v1/memos/m-1").status_code)
    assert statuses == [401, 401, 401, 429, 429]
    assert phone.put("m-1").status_code == 201


def test_a_revoked_device_is_slowed_down_too(phone: Phone, settings: Any) -> None:
    settings.UPLOADS_A_MINUTE = 2
    revoke_device(phone.device)
    assert [phone.put("m-1").status_code for _ in range(3)] == [401, 401, 429]


def test_whoever_guesses_pairing_codes_is_slowed_down(client: Client, db: None) -> None:
    def guess(address: str) -> Any:
        return client.post("/api/v1/pair", {"code": "AAAA-AAAA"}, "application/json", REMOTE_ADDR=address)

    for _ in range(PAIRINGS_A_MINUTE):
        assert problem(guess("192.0.2.1"), 410, "code-unknown")
    too_many(guess("192.0.2.1"))
    assert guess("192.0.2.2").status_code == 410


@pytest.mark.parametrize("path", ["/login/", "/login/?next=/admin/"])
def test_whoever_guesses_passwords_is_slowed_down(path: str, client: Client, alice: User) -> None:
    for _ in range(LOGINS_A_MINUTE):
        assert client.post(path, {"username": "alice", "password": "wrong"}).status_code == 200
    page = client.post(path, {"username": "alice", "password": "correct horse"})
    assert page.status_code == 429
    assert int(page["Retry-After"]) == 3
    assert "Too many tries came from your address. The next one is taken in 3 s." in page.content.decode()
    assert "_auth_user_id" not in client.session


def log_in(address: str, password: str = "wrong", browser: Client | None = None, name: str = "alice") -> Any:
    return (browser or Client()).post("/login/", {"username": name, "password": password}, REMOTE_ADDR=address)


def test_networks_of_one_site_have_the_tries_of_one(client: Client, alice: User) -> None:
    statuses = [log_in(f"2001:db8:7:{n:x}::1", name=f"user-{n}").status_code for n in range(60)]
    assert statuses.count(200) == LOGINS_A_MINUTE
    assert log_in("2001:db8:8::1", "correct horse").status_code == 302
    codes = [
        client.post(
            "/api/v1/pair", {"code": "AAAA-AAAA"}, "application/json", REMOTE_ADDR=f"2001:db8:7:{n:x}::1"
        ).status_code
        for n in range(PAIRINGS_A_MINUTE + 20)
    ]
    assert codes.count(410) == PAIRINGS_A_MINUTE


@pytest.mark.parametrize(
    "written", [("alice",), ("alice", "ALICE", " Alice", "".join(chr(ord(sign) + 0xFEE0) for sign in "alice"))]
)
def test_a_name_has_so_many_tries_from_wherever_they_come(alice: User, written: tuple[str, ...]) -> None:
    known = Client()
    assert log_in("203.0.113.1", "correct horse", known).status_code == 302
    known.post("/logout/")
    names = itertools.cycle(written)
    statuses = [log_in(f"198.51.100.{n}", name=next(names)).status_code for n in range(40)]
    assert statuses.count(200) == ACCOUNT_TRIES_AN_HOUR
    page = log_in("192.0.2.1", "correct horse")
    assert page.status_code == 429
    assert "Too many passwords were tried for this name" in page.content.decode()
    assert log_in("192.0.2.2", "correct horse", known).status_code == 302, "a known browser is not kept out"


def test_a_known_browser_has_so_many_tries_too_and_is_known_for_its_own_account_alone(alice: User, bob: User) -> None:
    browser = Client()
    assert log_in("203.0.113.1", "battery staple", browser, "bob").status_code == 302
    browser.post("/logout/")
    statuses = [log_in(f"198.51.100.{n}", browser=browser, name="bob").status_code for n in range(40)]
    assert statuses.count(200) == ACCOUNT_TRIES_AN_HOUR
    statuses = [log_in(f"198.51.101.{n}", browser=browser).status_code for n in range(40)]
    assert statuses.count(200) == ACCOUNT_TRIES_AN_HOUR
    assert log_in("192.0.2.1").status_code == 429


def test_whoever_knows_the_password_begins_anew(alice: User) -> None:
    for _ in range(3):
        for n in range(ACCOUNT_TRIES_AN_HOUR - 1):
            assert log_in(f"198.51.100.{n}").status_code == 200
        assert log_in("203.0.113.1", "correct horse").status_code == 302


@pytest.mark.parametrize("page", ["/settings/password", "/settings/", "/digest/settings"])
def test_a_stolen_session_does_not_guess_the_password(alices: Client, alice: User, page: str) -> None:
    def try_password(password: str) -> Any:
        new = {"new_password1": "a new horse", "new_password2": "a new horse"}
        mail = {"email": "evil@example.org", "enabled": "on", "hour": "6", "style": "words"}
        about = {"time_zone": "UTC", "languages": "en", "night_from": "22", "night_until": "6"}
        return alices.post(page, {**new, **mail, **about, "old_password": password, "password": password})

    for n in range(ACCOUNT_TRIES_AN_HOUR):
        assert try_password(f"guess-{n}").status_code != 429
    try_password("correct horse")
    alice.refresh_from_db()
    assert alice.check_password("correct horse")
    assert alice.email == "alice@example.org"


def test_a_client_does_not_say_where_it_comes_from_unless_a_proxy_was_named(client: Client, alice: User) -> None:
    """By default no proxy is: one that hands on what its client says would let everybody choose an address."""
    statuses = [
        client.post(
            "/login/",
            {"username": f"user-{n}", "password": "wrong"},
            REMOTE_ADDR="127.0.0.1",
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        ).status_code
        for n in range(LOGINS_A_MINUTE + 5)
    ]
    assert statuses.count(429) == 5


def test_the_administration_has_no_log_in_of_its_own(client: Client, alice: User, admin_client: Client) -> None:
    assert client.post("/admin/login/", {"username": "alice", "password": "x"}).status_code == 405
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/login/?next=%2Fadmin%2F"
    assert admin_client.get("/admin/").status_code == 200
    client.force_login(alice)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "hippopotamus", "unknown"),
        ("", "198.51.100.1", "unknown"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::1", "2001:db8:1:2::7", "2001:db8:1:2::/64"),
    ],
)
def test_an_address_is_believed_as_far_as_trusted_proxies_wrote_it(
    peer: str, forwarded: str, found: str, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "::1", "10.0.0.5"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == found
