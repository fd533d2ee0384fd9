"""Posting to whatever address a person gives: to allowed machines alone, in bounded time, without following anybody."""

import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from config.lan.core.certificates import make_authority, make_certificate
from insights.core.webhooks import post
from insights.core.webhooks.addresses import IPAddress, parse_networks
from insights.core.webhooks.post import NotSent, Route, post_message, resolve_name
from tests.support.webhook_receiver import OK, answer_of, receiving

HERE = parse_networks(["127.0.0.1"])
SECONDS = 0.5


class Names:
    """A resolver that gives each question its own answer, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[IPAddress]:
        del port
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(one) for one in found]


def here(names: Names | None = None, seconds: float = SECONDS) -> Route:
    return Route(HERE, seconds, names or resolve_name)


def send(url: str, route: Route) -> int:
    return post_message(url, {"webhook-id": "msg_1"}, b"{}", route)


def reason(url: str, route: Route) -> str:
    with pytest.raises(NotSent) as refused:
        send(url, route)
    return refused.value.why


@pytest.mark.parametrize("host", ["hooks.example", "[2001:db8::1]"])
def test_the_name_of_the_address_is_what_the_receiver_sees(host: str) -> None:
    with receiving() as receiver:
        assert send(f"http://{host}:{receiver.port}/a?b=c", here(Names(["127.0.0.1"]))) == 204
    assert receiver.got[0].headers["host"] == f"{host}:{receiver.port}"
    assert receiver.got[0].body == b"{}"


@pytest.mark.parametrize("written", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
def test_this_machine_gets_nothing_unless_it_is_allowed(written: str) -> None:
    with receiving() as receiver:
        assert reason(f"http://{written}:{receiver.port}/", Route((), SECONDS, resolve_name)) == "private-address"
    assert not receiver.got


def test_a_name_of_which_one_address_is_private_gets_nothing() -> None:
    names = Names(["93.184.216.34", "10.0.0.1"])
    assert reason("https://mixed.example/", Route((), SECONDS, names)) == "private-address"


def test_a_name_that_is_another_at_the_second_question_is_asked_once() -> None:
    rebinding = Names(["192.0.2.255"], ["127.0.0.1"])
    with receiving() as receiver:
        url = f"http://rebinding.example:{receiver.port}/"
        assert reason(url, Route((*HERE, *parse_networks(["192.0.2.0/24"])), SECONDS, rebinding)) in {
            "late",
            "unreachable",
        }
    assert rebinding.asked == ["rebinding.example"]
    assert not receiver.got


def test_what_goes_to_the_internet_is_encrypted() -> None:
    assert reason("http://public.example/", here(Names(["93.184.216.34"]))) == "not-encrypted"


def test_a_redirect_is_an_answer_like_any_other() -> None:
    with receiving() as inner, receiving(answer=answer_of(307, f"Location: {inner.url}")) as receiver:
        assert send(receiver.url, here()) == 307
    assert not inner.got


@pytest.mark.parametrize("how", ["drips", "silent"])
def test_an_answer_that_does_not_come_or_never_ends_is_given_up_in_time(how: str) -> None:
    with receiving(**{how: True}) as receiver:
        began = time.monotonic()
        assert reason(receiver.url, here()) == "late"
        assert time.monotonic() - began < 4 * SECONDS


def test_a_body_without_an_end_is_not_read() -> None:
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    with receiving(answer=endless) as receiver:
        assert send(receiver.url, here()) == 200


def test_a_head_without_an_end_is_broken_off() -> None:
    with receiving(answer=b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000) as receiver:
        assert reason(receiver.url, here(seconds=5)) == "broken-off"


def test_nobody_there_and_no_such_name_are_told_apart() -> None:
    with receiving() as receiver:
        gone = receiver.url
    assert reason(gone, here()) == "unreachable"
    assert reason("https://nowhere.invalid/", here()) == "no-such-name"


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert send(receiver.url, here()) == 204
    assert not proxy.got


@pytest.mark.parametrize("host", ["hooks.local", "others.local"])
def test_the_certificate_has_to_be_of_the_name(host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = make_authority("hooks.local", ["local"], now)
    held = make_certificate(authority, ["hooks.local"], "hooks.local", now)
    (tmp_path / "pem").write_bytes(held.key_pem() + held.certificate_pem())
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(tmp_path / "pem")
    trusting = ssl.create_default_context(cadata=authority.certificate_pem().decode())
    monkeypatch.setattr(post, "trusted_authorities", lambda: trusting)
    with receiving(tls=serving, answer=OK) as receiver:
        url, route = f"https://{host}:{receiver.port}/", here(Names(["127.0.0.1"]), seconds=5)
        if host == "hooks.local":
            assert send(url, route) == 204
        else:
            assert reason(url, route) == "certificate"
