"""What each port answers to whom, with the web server's own word for the port and for HTTPS."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import Client

from capture.models import User
from capture.services.devices import create_pairing_code, is_for_this_machine, pairing_link
from config.lan import interfaces
from config.lan.certificate_files import CertificateFiles
from config.lan.core.certificates import fingerprint
from config.lan.core.local_names import local_names
from config.lan.port_access import PortAccess

ADDRESS, HTTPS, HELP = "192.168.1.20", "8443", "8880"
HTML = {"Accept-Language": "en"}


@pytest.fixture
def lan(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a browser of the home network."""
    settings.HOME, settings.LAN, settings.ASKED_HOST = tmp_path, True, ""
    settings.PORT, settings.HTTPS_PORT, settings.HELP_PORT = 8000, int(HTTPS), int(HELP)
    settings.STILLNOTE_URL, settings.SECURE_COOKIES = f"https://{ADDRESS}:{HTTPS}", True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = [ADDRESS, "box.local", "127.0.0.1"]
    settings.HELP_PAGE = lambda: f"http://{ADDRESS}:{HELP}/"
    settings.AUTHORITY_FINGERPRINT = "config.lan.certificate_files.authority_fingerprint"
    names = local_names("box", [ADDRESS])
    monkeypatch.setattr("config.lan.help_page.machine_names", lambda _asked="": names)
    monkeypatch.setattr("config.lan.certificate_files.machine_names", lambda _asked="": names)
    CertificateFiles(tmp_path).ensure()
    return Client(headers=HTML)


def plain(browser: Client, path: str, port: str = HTTPS, method: str = "get", **named: Any) -> Any:
    """Ask by plain HTTP on a port."""
    return getattr(browser, method)(path, SERVER_NAME=ADDRESS, SERVER_PORT=port, **named)


@pytest.mark.django_db
def test_the_help_page_is_all_that_its_port_holds(lan: Client) -> None:
    answer = plain(lan, "/", HELP)
    assert answer.status_code == 200
    assert not answer.cookies
    text = answer.content.decode()
    for step in ("Certificate Trust Settings", "CA certificate", "Funnel", "plain HTTP", f"https://box.local:{HTTPS}"):
        assert step in text
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert f"https://{ADDRESS}:{HTTPS}" in answer["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in answer
    for path in (
        "/login/",
        "/api/v1/pair",
        "/phone/",
        "/settings/",
        "/static/capture/phone/phone.js",
        "/healthz",
        "/admin/",
    ):
        assert plain(lan, path, HELP).status_code == 404, path
    assert plain(lan, "/", HELP, "post").status_code == 405
    with closing(plain(lan, "/static/config/css/tokens.css", HELP)) as style:
        assert style.status_code == 200


def test_the_help_page_names_no_host_that_is_not_ours(lan: Client) -> None:
    answer = plain(lan, "/", HELP, headers={"Host": "evil.example:8880"})
    assert "evil" not in answer.content.decode() + answer["Content-Security-Policy"]


def test_the_authority_comes_as_phones_want_it_and_without_its_key(lan: Client, tmp_path: Path) -> None:
    answer = plain(lan, "/stillnote.crt", HELP)
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    (folder,) = tmp_path.glob("https")
    assert b"PRIVATE" in (folder / "authority.pem").read_bytes()
    assert b"PRIVATE" not in answer.content
    assert answer.content[0] == 0x30  # DER


@pytest.mark.django_db
def test_plain_http_leads_to_https_and_takes_no_password(lan: Client, alice: User) -> None:
    for path in ("/", "/login/?next=/settings/", "/devices/"):
        answer = plain(lan, path)
        assert (answer.status_code, answer["Location"]) == (302, f"https://{ADDRESS}:{HTTPS}{path}")
    User.objects.filter(pk=alice.pk).update(password=make_password("the right one"))
    sent = {"username": "alice", "password": "the right one"}
    answer = plain(lan, "/login/", method="post", data=sent)
    assert answer.status_code == 403
    assert not answer.cookies


@pytest.mark.django_db
def test_the_phone_page_in_plain_http_has_a_file_picker_and_says_what_that_means(lan: Client) -> None:
    answer = plain(lan, "/phone/")
    text = answer.content.decode()
    assert 'accept="audio/*" capture' in text
    assert "whoever listens in" in text
    assert f"http://{ADDRESS}:{HELP}/" in text
    assert not answer.cookies
    secure = lan.get("/phone/", secure=True, SERVER_NAME=ADDRESS, SERVER_PORT=HTTPS)
    assert 'accept="audio/*"' not in secure.content.decode()
    here = lan.get("/phone/", SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    assert 'accept="audio/*"' not in here.content.decode()


@pytest.mark.django_db
def test_a_device_sends_by_plain_http_with_its_key_alone(lan: Client, alice: User) -> None:
    code = create_pairing_code(alice)
    named: dict[str, Any] = {
        "data": {"code": code, "name": "phone"},
        "content_type": "application/json",
        "method": "post",
    }
    token = plain(lan, "/api/v1/pair", **named).json()["token"]
    sent: dict[str, Any] = {"data": b"OggS and more", "content_type": "audio/ogg", "method": "put"}
    assert plain(lan, "/api/v1/memos/one", **sent).status_code == 401
    answer = plain(lan, "/api/v1/memos/one", **sent, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 201}


@pytest.mark.django_db
def test_this_machines_own_browser_logs_in_by_plain_http(lan: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(password=make_password("the right one"))
    sent = {"username": "alice", "password": "the right one"}
    answer = lan.post("/login/", sent, SERVER_NAME="127.0.0.1", SERVER_PORT="8000")
    assert answer.status_code == 302
    assert not any(cookie["secure"] for cookie in answer.cookies.values())
    away = lan.post(
        "/login/",
        sent,
        secure=True,
        SERVER_NAME=ADDRESS,
        SERVER_PORT=HTTPS,
        headers={"Referer": f"https://{ADDRESS}:{HTTPS}/"},
    )
    assert all(cookie["secure"] for cookie in away.cookies.values())
    assert "Strict-Transport-Security" not in away


@pytest.mark.django_db
def test_who_pairs_sees_where_to_install_first_and_what_to_compare(lan: Client, alice: User, tmp_path: Path) -> None:
    lan.force_login(alice)
    asked: dict[str, Any] = {"secure": True, "SERVER_NAME": ADDRESS, "SERVER_PORT": HTTPS}
    origin = {"Referer": f"https://{ADDRESS}:{HTTPS}/devices/"}
    text = lan.post("/devices/pair", **asked, headers=origin).content.decode()
    assert f"<code>http://{ADDRESS}:{HELP}/</code>" in text
    authority = CertificateFiles(tmp_path).authority()
    assert authority
    assert fingerprint(authority.certificate) in text
    assert fingerprint(authority.certificate) not in lan.get("/devices/", **asked).content.decode()


@pytest.mark.usefixtures("lan")
def test_a_pairing_link_leads_phones_to_the_help_page_first() -> None:
    assert pairing_link("ABCD-EFGH") == f"http://{ADDRESS}:{HELP}/#pair=ABCD-EFGH"
    assert not is_for_this_machine()


def test_without_the_home_network_there_is_no_door() -> None:
    with pytest.raises(MiddlewareNotUsed):
        PortAccess(lambda _request: HttpResponse())


def test_the_help_address_follows_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    moving = iter([local_names("box", ["192.168.1.20"]), local_names("box", ["10.0.0.7"])])
    monkeypatch.setattr(interfaces, "machine_names", lambda: next(moving))
    assert [interfaces.help_address(8880) for _ in range(2)] == ["http://192.168.1.20:8880/", "http://10.0.0.7:8880/"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:80"])
def test_this_machine_has_a_microphone_at_any_port(host: str) -> None:
    answer = Client().get("/phone/", headers={"Host": host})
    assert 'accept="audio/*"' not in answer.content.decode()


def test_a_page_has_a_microphone_behind_a_proxy_that_says_nothing_of_https(settings: Any) -> None:
    settings.SECURE_COOKIES, settings.ALLOWED_HOSTS = True, ["notes.example.org"]
    answer = Client().get("/phone/", SERVER_NAME="notes.example.org")
    assert 'accept="audio/*"' not in answer.content.decode()
    settings.SECURE_COOKIES = False
    answer = Client().get("/phone/", SERVER_NAME="notes.example.org")
    assert 'accept="audio/*"' in answer.content.decode()
