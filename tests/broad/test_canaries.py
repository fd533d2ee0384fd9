"""Nothing secret in any log, at the most talkative level; and nothing in the database that opens a door."""

import json
import re
from typing import Any

import httpx
import pytest

from config.demo.sample_memos import MEMOS
from tests.support.service import Service

pytestmark = pytest.mark.alone

MEMO = MEMOS / "memo-001.ogg"
CANARY = "hippopotamus"
"""In every name, address, password, id and wrong guess that is sent."""
DUMP = """
import json
from django.apps import apps
found = set()
for model in apps.get_models():
    for row in model.objects.values():
        found |= {str(value) for value in row.values() if isinstance(value, str) and value}
print("dump " + json.dumps(sorted(found)))
"""


class Doors:
    """Everything that can be asked, by the right people and the wrong ones."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.secrets: list[str] = [CANARY]
        self.token = ""
        self.web = httpx.Client(base_url=service.address, follow_redirects=True, timeout=30)

    def secret(self, pattern: str, said: str) -> str:
        """Return what a pattern finds, and remember it as something that must not be told."""
        found = re.search(pattern, said)
        assert found is not None
        self.secrets.append(found[1])
        return found[1]

    def post(self, path: str, form: dict[str, str], **more: Any) -> httpx.Response:
        """Send a form as a page does."""
        form = form | {"csrfmiddlewaretoken": self.web.cookies.get("csrftoken") or ""}
        return self.web.post(path, data=form, **more)

    def log_in(self, name: str, password: str) -> bool:
        """Try a password, and return whether it was the right one."""
        self.web.get("/login/")
        return "/login/" not in str(self.post("/login/", {"username": name, "password": password}).url)

    def upload(self, token: str, client_id: str, audio: bytes, **headers: str) -> int:
        """PUT a recording, and POST it, and return the status of the first."""
        known = {"Authorization": f"Bearer {token}"}
        files = {"audio": (f"{CANARY}.ogg", audio)}
        put = self.web.put(f"/api/v1/memos/{client_id}", content=audio, headers=known | headers)
        self.web.post("/api/v1/memos", files=files, data={"id": f"{client_id}-form"}, headers=known)
        self.web.get(f"/api/v1/memos/{client_id}", headers=known)
        return put.status_code

    def pair(self, code: str) -> httpx.Response:
        """Try a pairing code."""
        return self.web.post("/api/v1/pair", json={"code": code, "name": f"{CANARY} phone"})


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Every door of a service, once opened and tried wrongly."""
    with Service({"LOG_LEVEL": "DEBUG", "QUOTA": "1000000"}, home=tmp_path_factory.mktemp("home")) as service:
        doors = Doors(service)
        with doors.web:
            _people(doors)
            _devices(doors)
            _refusals(doors)
            yield doors


def _people(doors: Doors) -> None:
    said = doors.service.manage("adduser", CANARY, "--email", f"{CANARY}@example.org")
    password = doors.secret(r"\b((?:\w{4}-){3}\w{4})\b", said)
    assert not doors.log_in(CANARY, f"{CANARY} wrong")
    assert doors.log_in(CANARY, password)
    doors.secrets += [str(value) for name, value in doors.web.cookies.items() if name == "sessionid"]
    settings = {"email": f"{CANARY}@example.com", "time_zone": "Europe/Berlin", "languages": "en"}
    settings |= {"night_from": "22", "night_until": "6"}
    assert doors.post("/settings/", settings).status_code == 200
    assert doors.post("/vocabulary/", {"word": CANARY}).status_code == 200
    files = [("audio", (f"{CANARY}.ogg", b"OggS" + bytes(500))), ("audio", (f"{CANARY}.txt", b"Dear diary"))]
    assert "/login/" not in str(doors.post("/memos/add", {}, files=files).url)
    for path in ("/", "/topics/", "/devices/", f"/{CANARY}/", f"/digest/unsubscribe/{CANARY}/", "/admin/"):
        doors.web.get(path)
        doors.web.post(path, data={"without": "a csrf token"})


def _devices(doors: Doors) -> None:
    doors.token = doors.service.manage("pair", "--token", f"{CANARY} script", "--user", CANARY).strip()
    doors.secrets.append(doors.token)
    assert doors.upload(doors.token, f"{CANARY}-1", MEMO.read_bytes()) == 201
    code = doors.secret(r"#pair=(\S+)", doors.service.manage("pair", "--user", CANARY))
    paired = doors.pair(code)
    assert paired.status_code == 201
    doors.secrets.append(paired.json()["token"])
    assert doors.pair(code).status_code == 410
    doors.secrets.append(doors.secret(r"#pair=(\S+)", doors.service.manage("pair", "--user", CANARY)))


def _refusals(doors: Doors) -> None:
    token, audio = doors.token, MEMO.read_bytes()
    assert doors.upload(f"{CANARY}-guess", f"{CANARY}-2", audio) == 401
    assert doors.upload(token, f"{CANARY}-3", b"This is no recording.") == 415
    assert doors.upload(token, f"{CANARY}-1", audio + b"!") == 409
    assert doors.upload(token, f"{CANARY}!", audio) == 400
    assert doors.upload(token, f"{CANARY}-4", audio, **{"Recorded-At": CANARY}) == 400
    assert doors.upload(token, f"{CANARY}-5", audio, **{"Repr-Digest": CANARY}) == 400
    assert doors.upload(token, f"{CANARY}-6", audio + bytes(1_000_000)) == 507
    assert doors.upload(token, f"{CANARY}-7", audio, Host=f"{CANARY}.example") == 400
    assert doors.upload(token, f"{CANARY}-8", audio, **{"Content-Type": f"audio/ogg; x*={CANARY}''%41"}) == 400
    assert doors.pair(CANARY).status_code == 410
    assert doors.web.get(f"/api/v1/memos/{CANARY * 900}").status_code == 414


def test_no_log_holds_a_secret(doors: Doors) -> None:
    home = doors.service.home
    logs = [doors.service.output, *(home / "logs").glob("*.log")]
    said = {log.name: log.read_text(errors="replace") for log in logs}
    assert any(" DEBUG " in text for text in said.values()), "nothing was said at DEBUG: this test shows nothing"
    # What `run` prints is for the owner at the terminal, and for no log.
    del said[doors.service.output.name]
    found = [(name, line) for name, text in said.items() for line in text.splitlines() if _tells(line, doors.secrets)]
    assert found == []


def _tells(line: str, secrets: list[str]) -> bool:
    return any(secret in line for secret in secrets)


def test_nothing_in_the_database_opens_a_door(doors: Doors) -> None:
    dumped: list[str] = json.loads(doors.service.shell(DUMP).rpartition("dump ")[2].strip())
    assert CANARY in dumped
    assert not set(dumped) & (set(doors.secrets) - {CANARY})
    for value in sorted(set(dumped)):
        if value.isprintable() and value.isascii() and len(value) < 1000:
            asked = doors.web.get("/api/v1/memos/none", headers={"Authorization": f"Bearer {value}"})
            assert asked.status_code in {401, 429}
            page = httpx.get(f"{doors.service.address}/topics/", cookies={"sessionid": value})
            assert page.headers["location"].startswith("/login/")
            if len(value) <= 32:
                assert doors.pair(value).status_code in {410, 429}
