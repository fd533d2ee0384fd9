"""What the surroundings say: the data folder, its secret key, and settings read from the environment."""

import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.env_file import read_settings_file

BASE = Path(__file__).resolve().parent.parent
PRIVATE_FOLDER = 0o700
PRIVATE_FILES = 0o077
HOST = re.compile(r"[\w.-]+|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
"""A name or an address, as urlsplit gives it."""
OWN_PREFIX = "STILLNOTE_"
ENVIRONMENT_ALONE = {"STILLNOTE_HOME", "STILLNOTE_MANAGER"}
"""Names that are read before there is a file, or where it is not read."""
ALIKE = 0.75
"""From which ratio on (difflib) one name is likely another, misspelled."""
SIGNS = "In a user or a password write # as %23, / as %2F, ? as %3F, @ as %40, [ as %5B, ] as %5D and % as %25."


def make_data_folder() -> Path:
    """Make the data folder with mode 0700 unless it is there, and return it; what we write later is for its owner only.

    Raises ImproperlyConfigured, with a sentence that says what to do, where it cannot be made or written to.
    """
    os.umask(PRIVATE_FILES)
    home = Path(os.environ.get("STILLNOTE_HOME") or BASE / "var").expanduser().absolute()
    try:
        home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        home.chmod(PRIVATE_FOLDER)
    except OSError as error:
        raise _unwritable_error(home) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise _unwritable_error(home)
    return home


def _unwritable_error(home: Path) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"the data folder {home} cannot be written to. Make it writable, or name another one in STILLNOTE_HOME."
    )


def ensure_secret_key(home: Path) -> str:
    """Return the key that signs sessions and tombstones; make it once, in the data folder with mode 0600."""
    path = home / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if key:
            return key
        descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC)
    except OSError as error:
        raise _unwritable_error(home) from error
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


class SettingsReader(environ.Env):  # type: ignore[misc]
    """Settings by their names. What is set wrongly is said in one sentence (ImproperlyConfigured)."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()
        self.in_file: set[str] = set()
        """The names that stand in the settings file."""

    def get_value(self, var: str, cast: Any = None, default: Any = None, parse_default: bool = False) -> Any:  # noqa: ARG002 - as in Env
        """Return a setting as it is written, without white space around it, and remember that it is one.

        A value that begins with "$" is a value like any other: a password, say.
        """
        self.asked.add(var)
        written = self.ENVIRON.get(var)
        if written is None:
            return default
        try:
            return self.parse_value(written.strip(), cast)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is {written!r}, which is not possible there.") from error

    def address(self, var: str, form: str, schemes: Collection[str], *, needs_host: bool = True) -> str:
        """Return an address that may hold a password, or "" where there is none.

        form: how it is written. Raises ImproperlyConfigured, which tells nothing of it.
        """
        url: str = self.str(var, default="")
        if url and not _is_whole_address(url, schemes, needs_host=needs_host):
            raise ImproperlyConfigured(f"{var} must be written as {form}. {SIGNS}")
        return url

    def unknown_names(self) -> dict[str, str]:
        """Return each name in the file that is no setting, or begins as ours in the environment, and the likely one.

        It is "" where none is like it. To be asked when all settings were read. What stands behind a name may be a
        password: it is not told.
        """
        ours_by_name = {name for name in os.environ if name.startswith(OWN_PREFIX)} - ENVIRONMENT_ALONE
        unknown = sorted((self.in_file | ours_by_name) - self.asked)
        return {name: next(iter(get_close_matches(name.upper(), self.asked, 1, ALIKE)), "") for name in unknown}

    def from_environment(self) -> dict[str, str]:
        """Return the settings that the environment gives, and not a file."""
        return {name: os.environ[name] for name in sorted(self.asked & set(os.environ))}


def settings_reader(home: Path, running_service: dict[str, str]) -> SettingsReader:
    """Return the reader of settings: the environment, then what a running service was given, then `stillnote.env`.

    running_service: what that was given, so that `manage.py pair` in another terminal prints the link of the service
    that runs. What the file says stays in this process: a demo started from here does not inherit the database of its
    owner.
    """

    class Settings(SettingsReader):
        ENVIRON = running_service | os.environ

    path = home / "stillnote.env"
    in_file = read_settings_file(path) if path.is_file() else {}
    Settings.ENVIRON = in_file | Settings.ENVIRON
    reader = Settings()
    reader.in_file |= in_file.keys()
    return reader


def _is_whole_address(url: str, schemes: Collection[str], *, needs_host: bool) -> bool:
    """Return whether an address can be taken apart as it was meant: "#", "/" or "?" in a password cut it elsewhere."""
    if url.startswith("sqlite:"):
        return "sqlite" in schemes
    try:
        at = urlsplit(url)
        is_cut = bool(at.fragment) or "@" in at.path + at.query or at.port == 0
        return at.scheme in schemes and not is_cut and bool(at.hostname or not needs_host)
    except ValueError:  # brackets, or a port that is none
        return False


def mail_sender(login: str, host: str) -> str:
    """Return from whom e-mails come where no setting says so: who logs in to the mail server, or this service.

    login: the name for the mail server, or "". host: the service's. A number stands in brackets (RFC 5321, 4.1.3).
    """
    if "@" in login:
        return f"Stillnote <{login}>"
    with suppress(ValueError):
        number = ip_address(host)
        host = f"[{'IPv6:' if number.version == 6 else ''}{number}]"  # noqa: PLR2004 - of the protocol
    return f"Stillnote <stillnote@{host}>"


def parse_service_url(url: str) -> SplitResult:
    """Return the parts of the address at which people reach the service.

    Raises ImproperlyConfigured unless it is an absolute http or https address without query or fragment.
    """
    try:
        parts = urlsplit(url.rstrip("/"))
        is_bare = not (parts.query or parts.fragment or parts.username is not None) and parts.port != 0
    except ValueError:  # brackets, or a port that is none
        is_bare = False
    if not is_bare or parts.scheme not in {"http", "https"} or not HOST.fullmatch(parts.hostname or ""):
        told = url if "@" not in url else "…"
        raise ImproperlyConfigured(
            f"STILLNOTE_URL is {told!r}, but must be a full address such as https://notes.example.org"
        )
    return parts


class StoreAddress(NamedTuple):
    """A bucket of an S3-compatible store. endpoint: None for Amazon's own."""

    endpoint: str | None
    bucket: str
    key: str
    secret: str
    region: str


def parse_store_url(url: str) -> StoreAddress | None:
    """Return where recordings are kept, or None where that is the data folder.

    Raises ImproperlyConfigured, without naming the address, for it holds a secret.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise _store_url_error() from error
    bucket, query = parts.path.strip("/"), parse_qs(parts.query)
    whole = parts.scheme in {"s3", "s3+http"} and parts.username and parts.password and bucket and "/" not in bucket
    if not whole or query.keys() - {"region"} or (parts.scheme == "s3+http" and not parts.hostname):
        raise _store_url_error()
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    scheme = "http" if parts.scheme == "s3+http" else "https"
    return StoreAddress(
        endpoint=f"{scheme}://{host}{port}" if host else None,
        bucket=bucket,
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
        region=query.get("region", ["us-east-1"])[-1],
    )


def _store_url_error() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        "STORAGE_URL must be as s3://key:secret@host:port/bucket, with / in key and secret written as %2F."
    )
