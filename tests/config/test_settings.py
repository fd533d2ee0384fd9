"""Every setting is documented, and nothing is documented that is not there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from capture.models import User
from config import env
from config.env_file import read_settings_file
from config.ops.checks import check_names
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


CUTTING = ["Tr0ub#dor", "Tr0/ub", "Tr0?ub", "Tr0[ub", "Tr0]ub", "12#ub", "12/ub", "12?ub", "[Tr0ub]#"]


@pytest.mark.parametrize("password", CUTTING)
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("EMAIL_URL", "smtp+tls://me@example.org:{}@mail.example.org:587"),
        ("EMAIL_URL", "smtp://u:{}@mail.example.org"),
        ("DATABASE_URL", "postgres://u:{}@127.0.0.1:5432/n"),
        ("REDIS_URL", "redis://:{}@127.0.0.1:6379/0"),
    ],
)
def test_a_password_that_cuts_its_address_is_refused_untold_and_written_as_is_said_it_is_read(
    name: str, address: str, password: str
) -> None:
    reader, forms = env.SettingsReader(), ("smtp", "smtp+tls", "postgres", "redis")
    reader.ENVIRON = {name: address.format(password)}
    with pytest.raises(ImproperlyConfigured) as refused:
        reader.address(name, "as is said", forms)
    assert str(refused.value).startswith(
        f"{name} must be written as as is said. In a user or a password write # as %23"
    )
    assert not {"Tr0", "ub", "12#", "example.org"} & set(re.split(r"[\s:@/]", str(refused.value)))
    assert refused.value.__cause__ is None
    reader.ENVIRON = {name: address.format(quote(password, safe=""))}
    kept = reader.address(name, "as is said", forms)
    assert unquote(urlsplit(kept).password or "") == password


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp+tls://me@example.org:Tr0ub#dor@mail.example.org:587"),
        ("DATABASE_URL", "postgres://u:Tr0/ub@127.0.0.1:5432/n"),
        ("DATABASE_URL", "redis"),
        ("DATABASE_URL", "oracle://u:Tr0ub@host/n"),
        ("REDIS_URL", "Tr0ub"),
        ("EMAIL_URL", "mail.example.org:Tr0ub"),
        ("STILLNOTE_URL", "https://me:Tr0ub@notes.example.org"),
        ("STILLNOTE_URL", "https://[notes.example.org"),
        ("STILLNOTE_URL", "https://notes.example.org:port"),
        ("STILLNOTE_URL", "https://notes example.org"),
    ],
)
def test_an_address_that_cannot_be_read_is_one_sentence_without_a_secret(name: str, value: str, tmp_path: Path) -> None:
    run = _settings(tmp_path, **{name: value})
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith(f"stillnote: {name} ")
    assert "Tr0" not in run.stderr + run.stdout


def test_a_value_that_begins_with_a_dollar_is_a_value(tmp_path: Path) -> None:
    reader = env.SettingsReader()
    reader.ENVIRON = {"WHISPER_KEY": "$ecret", "EMBEDDING_KEY": "$WHISPER_KEY", "PORT": " 8341 "}
    assert reader.str("WHISPER_KEY", default="") == "$ecret"
    assert reader.str("EMBEDDING_KEY", default="") == "$WHISPER_KEY"
    assert reader.int("PORT", default=8000) == 8341


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"\xef\xbb\xbfPORT=8341\r\nSTILLNOTE_URL=https://notes.example.org\r\n", {"PORT": "8341"}),
        ("PORT=8341\r\n".encode("utf-16"), {"PORT": "8341"}),
        (b"PORT = 8341\nSTILLNOTE_URL= https://notes.example.org \n", {"STILLNOTE_URL": "https://notes.example.org"}),
        (b"  # a remark\n\n\texport PORT=8341", {"PORT": "8341"}),
        (b'WHISPER_KEY=\'a # b\'\nEMBEDDING_KEY="a \\"b\\""', {"WHISPER_KEY": "a # b", "EMBEDDING_KEY": 'a "b"'}),
        (b"WHISPER_KEY=abc#def=\nPORT=1\nPORT=2", {"WHISPER_KEY": "abc#def=", "PORT": "2"}),
    ],
)
def test_a_file_is_read_as_editors_and_people_write_it(written: bytes, read: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "stillnote.env").write_bytes(written)
    assert read.items() <= read_settings_file(tmp_path / "stillnote.env").items()


@pytest.mark.parametrize(
    "line", ["PORT 8341", "PORT: 8341", "Tr0ub4dor", "=Tr0ub", "8PORT=Tr0ub", "set PORT=Tr0ub", "\0"]
)
def test_a_line_that_cannot_be_read_is_named_by_its_number_and_not_told(line: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "stillnote.env").write_text(f"# mine\nPORT=8341\n{line}\n")
    run = _settings(tmp_path)
    assert run.returncode == 1
    assert run.stderr.startswith("stillnote: line 3 of stillnote.env cannot be read.")
    assert "Tr0ub" not in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("written", [b"PORT=8341\nEMAIL_FROM=M\xfcller", b"\xff\xfeP"])
def test_a_file_in_another_alphabet_is_told(written: bytes, tmp_path: Path) -> None:
    (tmp_path / "stillnote.env").write_bytes(written)
    with pytest.raises(ImproperlyConfigured, match=r"stillnote\.env is no text in UTF-8"):
        read_settings_file(tmp_path / "stillnote.env")


def test_styles_and_scripts_are_below_the_path_of_the_address(tmp_path: Path) -> None:
    asked = (
        "from django.templatetags.static import static; from django.urls import reverse; "
        "print(static('config/css/ground.css'), reverse('today'), reverse('api:put_memo', args=['one']))"
    )
    run = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", asked],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(tmp_path), "STILLNOTE_URL": "https://notes.example.org/still"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["/still/static/config/css/ground.css", "/still/", "/still/api/v1/memos/one"]


MISSPELLED = (
    "EMIAL_URL=smtp://me:hidden@mail.example\nport=8341\nWHISPER_MODELS=base\nQUOTA=5\nSTILLNOTE_HOME=x\nSPEAK=hidden\n"
)
TOLD = [
    "EMIAL_URL is no setting, and what it says is not done. Did you mean EMAIL_URL?",
    "SPEAK is no setting, and what it says is not done. docs/settings.md lists all of them.",
    "STILLNOTE_HOME is not read from stillnote.env: set it in the environment.",
    "STILLNOTE_OFLINE is no setting, and what it says is not done. Did you mean STILLNOTE_OFFLINE?",
    "WHISPER_MODELS is no setting, and what it says is not done. Did you mean WHISPER_MODEL?",
    "port is no setting, and what it says is not done. Did you mean PORT?",
]


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_a_name_that_no_setting_has_is_told_with_the_likely_one_and_never_its_value(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "stillnote.env").write_text(MISSPELLED)
    run = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(tmp_path), "STILLNOTE_OFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = run.stdout + run.stderr
    assert [sentence for sentence in TOLD if sentence not in said] == []
    assert "QUOTA" not in said
    assert "hidden" not in said
    assert run.returncode == (command == "doctor")


def test_names_that_are_right_are_not_spoken_of() -> None:
    assert check_names() == []


def test_the_page_health_tells_the_owner_of_a_misspelled_name(alice: User, settings: Settings) -> None:
    settings.UNKNOWN_SETTINGS = {"EMIAL_URL": "EMAIL_URL"}
    client = Client()
    client.force_login(alice)
    assert "EMIAL_URL" not in client.get("/health/").text
    User.objects.update(is_superuser=True)
    assert "Did you mean EMAIL_URL?" in client.get("/health/").text


@pytest.mark.parametrize(
    ("login", "host", "sender"),
    [
        ("me@example.org", "192.168.1.20", "Stillnote <me@example.org>"),
        ("me", "notes.example.org", "Stillnote <stillnote@notes.example.org>"),
        ("", "192.168.1.20", "Stillnote <stillnote@[192.168.1.20]>"),
        ("", "fd00::5", "Stillnote <stillnote@[IPv6:fd00::5]>"),
    ],
)
def test_the_sender_of_mails_is_one_that_mail_servers_know(login: str, host: str, sender: str) -> None:
    assert env.mail_sender(login, host) == sender
