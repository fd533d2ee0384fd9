"""The phone's page as an app of its own: its manifest, its service worker, and other people's code that it runs."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from capture.views import phone

OWN = phone.STATIC / "capture"
VENDORED = OWN / "vendor"
OWN_MODULES = [file for file in OWN.rglob("*.js") if VENDORED not in file.parents]
ROW = re.compile(
    r"^\| `(?P<folder>[\w-]+)` .* \| (?P<licence>[\w. -]+) \| (?P<files>`.+`) \| (?P<hashes>`.+`) \|$", re.MULTILINE
)


def about(client: Client) -> dict[str, object]:
    answer = client.get("/phone/worker.js")
    assert answer["Content-Type"] == "text/javascript"
    found = re.search(r"startWorker\((.+)\);", answer.content.decode())
    assert found
    return dict(json.loads(found[1]))


def test_the_worker_keeps_all_that_the_page_names(client: Client, db: None) -> None:
    page = client.get("/phone/", secure=True).content.decode()
    named = set(re.findall(r'(?:src|href)="([^"#]+)"', page))
    kept = set(map(str, about(client)["files"]))  # type: ignore[call-overload]  # a list, of JSON
    assert named <= kept, named - kept
    for module in OWN_MODULES:
        for imported in re.findall(r'^import .*"(\.\.?/.+)";', module.read_text(), re.MULTILINE):
            address = (module.parent / imported).resolve().relative_to(phone.STATIC)
            assert f"/static/{address}" in kept, (module.name, imported)
    for address in kept - {"/phone/manifest.webmanifest"}:
        assert finders.find(address.removeprefix("/static/")), address


def test_the_worker_is_another_one_when_a_file_of_the_page_changes(
    client: Client, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "capture").mkdir()
    file = tmp_path / "capture" / "phone.js"
    monkeypatch.setattr(phone, "STATIC", tmp_path)
    versions = []
    for text in ("one", "other", "one"):
        file.write_text(text)
        versions.append(about(client)["version"])
    assert versions[0] == versions[2] != versions[1]


def test_the_manifest_makes_an_app_that_opens_at_the_page_and_takes_what_is_shared(client: Client, db: None) -> None:
    answer = client.get("/phone/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["start_url"] == manifest["scope"] == "/phone/"
    assert manifest["share_target"]["action"] == about(client)["share"] == "/phone/share"
    for icon in manifest["icons"]:
        head = (phone.STATIC / icon["src"].removeprefix("/static/")).read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        size = "x".join(str(int.from_bytes(head[at : at + 4], "big")) for at in (16, 20))
        assert size == icon["sizes"]


def test_other_peoples_code_is_as_it_came_with_its_licence() -> None:
    rows = list(ROW.finditer((VENDORED / "README.md").read_text()))
    assert {row["folder"] for row in rows} == {folder.name for folder in VENDORED.iterdir() if folder.is_dir()}
    for row in rows:
        folder = VENDORED / row["folder"]
        assert any(file.name.startswith("LICENSE") for file in folder.iterdir())
        files = re.findall(r"`([^`]+)`", row["files"])
        hashes = re.findall(r"`([^`]+)`", row["hashes"])
        for name, known in zip(files, hashes, strict=True):
            content = (folder / Path(name).name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == known, name
