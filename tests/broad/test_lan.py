"""make run LAN=1: a newcomer's way to a first recording from another machine, and HTTPS while certificates change."""

import re
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from config.demo.sample_memos import MEMOS
from config.lan.certificate_files import CertificateFiles
from tests.support.axe import AXE, violations
from tests.support.browser import PHONE, chromium, convert_to_wav, log_in, speak, wait_until_sent
from tests.support.home_network import home_network, phone_browser, trust
from tests.support.phone import states
from tests.support.servers import missing
from tests.support.service import Service, free_port
from tests.support.settling import settle
from tests.support.web_server import Answer, answer_on, speech

pytestmark = pytest.mark.alone

SLOW_SECONDS, PATIENCE_SECONDS = 3, 60
PART_OF_SOUND = """(address) => fetch(address, { headers: { Range: "bytes=0-99" } })
  .then((answer) => [answer.status, answer.headers.get("Content-Type")])"""
SPOKEN = MEMOS / "memo-001.ogg"
FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"


class LanService(Service):
    """A service of the home network, and a device of its owner's that speaks HTTPS."""

    def __init__(self) -> None:
        self.https, self.help = free_port(), free_port()
        super().__init__({"LAN": "1", "HTTPS_PORT": str(self.https), "HELP_PORT": str(self.help), "SWEEP_SECONDS": "2"})
        self.files = CertificateFiles(self.home)

    def move_in(self) -> None:
        """Pair a device."""
        self.token = self.manage("pair", "--token", "recorder").strip()

    def trusting(self) -> ssl.SSLContext:
        """Return what a phone has that trusts the authority."""
        return ssl.create_default_context(cafile=str(self.home / "https/authority.pem"))

    def connect_secure(self) -> ssl.SSLSocket:
        """Open a connection by HTTPS."""
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=30)
        return self.trusting().wrap_socket(plain, server_hostname="localhost")

    def head(self, method: str, path: str, *lines: str, token: str = "") -> bytes:
        """Return the head of a request of the device's, or of another token's."""
        authorization = f"Authorization: Bearer {token or self.token}"
        return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", authorization, *lines, "", ""]).encode()

    def ask_secure(self, request: bytes) -> Answer:
        """Send a request by HTTPS, and return the answer."""
        with self.connect_secure() as connection:
            connection.sendall(request)
            return answer_on(connection)

    def printed_link(self) -> str:
        """Return where the terminal sends phones."""
        told = re.search(r"Pair a phone within ten minutes: (http://\S+)", self.output.read_text())
        assert told
        return told[1]


@pytest.fixture(scope="module")
def lan() -> Iterator[LanService]:
    with LanService() as service:
        service.move_in()
        yield service


@pytest.fixture(scope="module")
def network() -> Iterator[str]:
    with home_network() as name:
        yield name


def picture(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of a page, to be looked at."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_a_newcomer_comes_from_what_the_terminal_prints_to_a_first_recording(
    lan: LanService, network: str, tmp_path: Path
) -> None:
    program = phone_browser(network, tmp_path)
    with chromium(by=program) as browser:
        page = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
        page.goto(lan.printed_link())
        expect(page.locator("#trust")).to_contain_text("does not trust that computer yet", timeout=20_000)
        page.locator("#ios summary").click()
        picture(page, tmp_path, "help")
        with page.expect_download() as coming:
            page.get_by_role("link", name="Get the certificate").click()
        coming.value.save_as(tmp_path / "stillnote.crt")
    trust(tmp_path, tmp_path / "stillnote.crt")
    with chromium(by=program, hears=convert_to_wav(SPOKEN, tmp_path / "memo.wav")) as browser:
        context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, permissions=["microphone"])
        phone = context.new_page()
        phone.goto(lan.printed_link())
        phone.wait_for_url(re.compile("https://.*/phone/"), timeout=20_000)
        expect(phone.locator("#line")).to_contain_text("Paired")
        picture(phone, tmp_path, "phone")
        speak(phone, 4)
        wait_until_sent(phone)
        assert phone.evaluate("isSecureContext")
        now = settle(lan, PATIENCE_SECONDS)
        assert (now["memos"], now["ideas"] >= 1) == (1, True)
        desk = context.new_page()
        log_in(desk, phone.url.partition("/phone/")[0], "owner", lan.owner()[1])
        heard = desk.locator("a.voice").first.get_attribute("href")
        status, kind = desk.evaluate(PART_OF_SOUND, heard)
        assert (status, kind.partition("/")[0]) == (206, "audio")
        picture(desk, tmp_path, "today")
        context.close()


def test_without_the_certificate_the_phones_own_recorder_sends(lan: LanService, network: str, tmp_path: Path) -> None:
    link = re.search(r"http://\S+#pair=\S+", lan.manage("pair"))
    assert link
    before = states(lan)["memos"]
    if not AXE.is_file():
        missing("axe-core (npm ci in tests/clients)")
    with chromium(by=phone_browser(network, tmp_path)) as browser:
        page = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, bypass_csp=True).new_page()
        page.goto(link[0])
        assert violations(page) == []
        page.locator("#plain-way").click()
        expect(page.locator("#line")).to_contain_text("Paired with owner", timeout=20_000)
        assert violations(page) == []
        picture(page, tmp_path, "plain")
        page.locator("input[type=file]").set_input_files(MEMOS / "memo-002.ogg")
        expect(page.locator("#line")).to_have_text(
            "“memo-002.ogg” is kept. You may delete it on this phone.", timeout=20_000
        )
        note = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"no recording at all")
        page.locator("input[type=file]").set_input_files(note)
        expect(page.locator("#line")).to_have_text("“notes.txt” was not taken.")
        page.reload()
        expect(page.locator("#refused")).to_contain_text("notes.txt")
        expect(page.locator("#line")).to_be_empty()
        expect(page.locator("#recorder")).to_be_visible()
        expect(page.locator("#pairing")).to_be_hidden()
        page.get_by_role("button", name="Throw away").click()
        page.get_by_role("dialog").get_by_role("button", name="Throw away").click()
        expect(page.locator("#refused")).to_be_hidden()
    assert states(lan)["memos"] == before + 1


def test_the_page_of_steps_fits_the_browser_and_keeps_the_code_in_each_link(lan: LanService, tmp_path: Path) -> None:
    link = lan.printed_link()
    code = link.partition("#")[2]
    with chromium() as browser:
        page = browser.new_context(viewport=PHONE, user_agent=FIREFOX).new_page()
        page.route(re.compile("^https:"), lambda _route: None)  # names that are still looked up
        page.goto(link, wait_until="domcontentloaded")
        expect(page.locator("#android")).to_have_attribute("open", "")
        for way in ("go on", "Open the recorder"):
            address = page.get_by_role("link", name=way).get_attribute("href")
            assert str(address).endswith(f"/phone/#{code}")
        expect(page.get_by_text("Use third party CA certificates")).to_be_visible()
        expect(page.get_by_text("Chrome remembers")).to_be_hidden()
        expect(page.get_by_text("tailscale serve")).to_be_hidden()
        headings = page.locator("h2").all_inner_texts()
        assert headings[:2] == ["Its certificate", "If Tailscale is on this phone already"]
        picture(page, tmp_path, "steps")
        page.get_by_role("heading", name="Tailscale").click()
        expect(page.get_by_text("tailscale serve")).to_be_visible()
        page.evaluate("location.hash = '#pair=OTHE-RONE'")
        expect(page.get_by_role("link", name="go on")).to_have_attribute("href", re.compile("/phone/#pair=OTHE-RONE$"))


def test_a_renewed_certificate_is_taken_up_and_an_upload_goes_on(lan: LanService) -> None:
    audio = speech(1, 200_000)
    request = lan.head("PUT", "/api/v1/memos/long", f"Content-Length: {len(audio)}") + audio
    with lan.connect_secure() as upload, lan.connect_secure() as kept_open:
        before = upload.getpeercert(binary_form=True)
        upload.sendall(request[:100_000])
        lan.files.server.unlink()
        assert lan.files.ensure()
        deadline = time.monotonic() + 10
        while True:
            with lan.connect_secure() as later:
                if later.getpeercert(binary_form=True) != before:
                    break
            assert time.monotonic() < deadline
            time.sleep(0.2)
        upload.sendall(request[100_000:])
        assert answer_on(upload).json()["safe_to_delete"]
        kept_open.sendall(lan.head("GET", "/api/v1/memos/long"))
        assert answer_on(kept_open).status == 200


def test_requests_follow_each_other_on_one_connection(lan: LanService) -> None:
    asked = lan.head("GET", "/healthz")
    with lan.connect_secure() as connection:
        for _number in range(3):
            connection.sendall(asked)
            assert answer_on(connection).body == b"ok"
        connection.sendall(asked + asked)  # in one record: the second is decrypted before it is waited for
        assert [answer_on(connection).body for _number in range(2)] == [b"ok", b"ok"]
        connection.sendall(asked[:20])
        time.sleep(0.3)
        connection.sendall(asked[20:])
        assert answer_on(connection).body == b"ok"


def test_a_refused_upload_hears_why_by_https(lan: LanService) -> None:
    audio = speech(2, 300_000)
    with lan.connect_secure() as connection:
        connection.sendall(lan.head("PUT", "/api/v1/memos/no", f"Content-Length: {len(audio)}", token="wrong") + audio)
        assert answer_on(connection).status == 401


def test_who_asks_first_is_told_to_go_on_by_https(lan: LanService) -> None:
    audio = speech(3)
    with lan.connect_secure() as connection:
        lines = (f"Content-Length: {len(audio)}", "Expect: 100-continue")
        connection.sendall(lan.head("PUT", "/api/v1/memos/asked", *lines))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(audio)
        assert answer_on(connection).status in {200, 201}


def test_the_same_port_leads_plain_http_to_https_and_shuts_out_the_rest(lan: LanService) -> None:
    with socket.create_connection(("127.0.0.1", lan.https), timeout=30) as connection:
        connection.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.recv(10_000)
    assert answer.startswith(b"HTTP/1.1 302")
    assert b"https://localhost" in answer
    with socket.create_connection(("127.0.0.1", lan.help), timeout=30) as connection:
        connection.sendall(b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert connection.recv(10_000).startswith(b"HTTP/1.1 404")


def web_processes(lan: LanService) -> set[int]:
    """Return the process ids of the web server and its workers."""
    return {process.pid for process in lan.processes() if "python:config.http.gunicorn" in process.cmdline()}


def test_stalled_handshakes_hold_up_nobody(lan: LanService) -> None:
    stalled = [socket.create_connection(("127.0.0.1", lan.https), timeout=30) for _number in range(100)]
    try:
        for connection in stalled[::2]:
            connection.sendall(b"\x16\x03\x01\x02\x00\x01")
        begun = time.monotonic()
        assert lan.ask_secure(lan.head("GET", "/healthz")).body == b"ok"
        assert time.monotonic() - begun < SLOW_SECONDS
    finally:
        for connection in stalled:
            connection.close()


def test_connections_that_are_torn_down_in_the_handshake_end_no_worker(lan: LanService) -> None:
    before = web_processes(lan)
    for number in range(100):
        with socket.create_connection(("127.0.0.1", lan.https), timeout=30) as connection:
            connection.sendall(b"\x16\x03\x01\x02\x00\x01"[: number % 7])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, not closed
    assert lan.ask_secure(lan.head("GET", "/healthz")).body == b"ok"
    assert before
    assert web_processes(lan) == before


def test_an_old_browser_or_a_stranger_to_the_authority_is_refused(lan: LanService) -> None:
    with socket.create_connection(("127.0.0.1", lan.https), timeout=30) as plain, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", lan.https), timeout=30) as plain, pytest.raises(ssl.SSLError):
        lan.trusting().wrap_socket(plain, server_hostname="example.org")
