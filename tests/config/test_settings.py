"""Every setting is documented, and nothing is documented that is not there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from config.runner import lock

HOUSE = Path(__file__).parents[2]
SHOWN = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "FORCE_SCRIPT_NAME")
SHOW = f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {SHOWN!r}]))"


def test_the_documents_name_each_setting() -> None:
    code = (HOUSE / "config" / "settings.py").read_text() + (HOUSE / "config" / "env.py").read_text()
    read = set(re.findall(r'read\.\w+\(\s*"(\w+)"', code)) | set(re.findall(r'environ\.get\("(\w+)"', code))
    documented = set(re.findall(r"^\| `(\w+)`", (HOUSE / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert read == documented


def _settings(tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SHOW],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(tmp_path / "home")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_address_sets_hosts_origins_and_cookies(tmp_path: Path) -> None:
    hosts, origins, *rest = json.loads(_settings(tmp_path, STILLNOTE_URL="https://notes.example.org/still/").stdout)
    assert hosts[0] == "notes.example.org"
    assert origins == ["https://notes.example.org"]
    assert rest == [True, True, "/still"]


@pytest.mark.parametrize("url", ["notes.example.org", "ftp://notes.example.org", "https://", "https://a.example/?x=1"])
def test_half_an_address_is_refused_in_a_sentence(url: str, tmp_path: Path) -> None:
    run = _settings(tmp_path, STILLNOTE_URL=url)
    assert run.returncode != 0
    assert run.stderr.startswith("stillnote: STILLNOTE_URL is")
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", [["manage.py", "shell", "--no-imports"], []])
def test_whoever_reads_the_settings_follows_the_service_that_runs(command: list[str], tmp_path: Path) -> None:
    held = lock.acquire(tmp_path)
    lock.write_settings(tmp_path, {"STILLNOTE_URL": "https://notes.example.org"})
    named = {"STILLNOTE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}

    def read_hosts() -> str:
        run = [sys.executable, *command, "-c", SHOW]
        return subprocess.run(run, cwd=HOUSE, env=os.environ | named, capture_output=True, text=True, check=True).stdout

    assert "notes.example.org" in read_hosts()
    os.close(held)
    assert "notes.example.org" not in read_hosts()


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    _settings(tmp_path)
    home = tmp_path / "home"
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_file_in_the_data_folder_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "stillnote.env").write_text("STILLNOTE_URL=https://file.example\n")
    assert "file.example" in _settings(tmp_path).stdout
    assert "environment.example" in _settings(tmp_path, STILLNOTE_URL="https://environment.example").stdout


def test_the_address_of_a_store_names_server_bucket_and_key() -> None:
    store = env.parse_store_url("s3+http://key:se%2Fcret@store.example:9000/recordings?region=garage")
    assert store == ("http://store.example:9000", "recordings", "key", "se/cret", "garage")
    amazon = env.parse_store_url("s3://key:secret@/recordings")
    assert amazon == (None, "recordings", "key", "secret", "us-east-1")
    assert env.parse_store_url("") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://key:hidden@host/bucket",
        "s3://host/bucket",
        "s3://key:hidden@host/",
        "s3://key:hidden@host/bucket/folder",
        "s3://key:hidden@host:port/bucket",
        "s3://key:hidden@host/bucket?acl=public",
        "s3://key:hid/den@host/bucket",
        "s3+http://key:hidden@/bucket",
    ],
)
def test_half_the_address_of_a_store_is_refused_and_its_secret_not_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        env.parse_store_url(url)
    assert str(refused.value).startswith("STORAGE_URL must be as s3://")
    assert "hid" not in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("SWEEP_SECONDS", "soon"), ("MAX_UPLOAD", "2 GB")])
def test_what_is_no_number_is_refused_in_a_sentence(name: str, value: str, tmp_path: Path) -> None:
    run = _settings(tmp_path, **{name: value})
    assert run.returncode != 0
    assert run.stderr == f"stillnote: {name} is {value!r}, which is not possible there.\n"
