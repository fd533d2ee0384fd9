"""Django system checks: settings that are read without an error, and would do harm."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.core.checks import Warning as Remark
from django.utils.translation import gettext

from config.env import ENVIRONMENT_ALONE, SIGNS
from insights.core.webhooks.addresses import parse_networks

SETTINGS_TAG = "settings"
"""What checks of settings are registered by. Those of Django and of libraries are of the code: tests run them."""

MINIMA = {
    "WORKER_THREADS": 1,
    "LEASE_SECONDS": 1,
    "SWEEP_SECONDS": 0.1,
    "DIGEST_SECONDS": 1,
    "MAX_UPLOAD": 1,
    "DISK_RESERVE": 0,
    "QUOTA": 0,
    "UPLOADS_A_MINUTE": 1,
    "UPLOAD_DAYS": 0.01,
    "ORIGINALS_MONTHS": 0,
    "MAILIN_SECONDS": 1,
    "MAX_AUDIO_SECONDS": 1,
    "UNDO_SECONDS": 0,
}

UNKNOWN_NAME_ID = "stillnote.W001"
OTHERS_NAMES = {"HF_ENDPOINT", "CUDA_VISIBLE_DEVICES"}
"""Settings of libraries, which they read from the environment."""
WINDOWS = ("auto", "full")
ENDPOINTS = {"WHISPER_URL": "whisper", "EMBEDDING_URL": "vectors"}

MAIL_ADDRESS_PATTERN = re.compile(r"[\w.+-]*\{secret\}[\w.+-]*@[\w.-]+|[\w.+-]+@\{secret\}\.[\w.-]+")
"""Each user's own part stands before the @, or is a domain of its own below ours."""


@register(SETTINGS_TAG)
def check_numbers(**_: Any) -> list[Error]:
    """Find numbers with which nothing could be done."""
    return [
        Error(
            gettext("%(name)s is %(value)s, but must be at least %(least)s.")
            % {"name": name, "value": getattr(settings, name), "least": least},
            id="stillnote.E001",
        )
        for name, least in MINIMA.items()
        if getattr(settings, name) < least
    ]


@register(SETTINGS_TAG)
def check_names(**_: Any) -> list[Remark]:
    """Find names that no setting has, above all misspelled ones: what was meant by them is not done."""
    return [
        Remark(_unknown_name_text(name, likely), id=UNKNOWN_NAME_ID)
        for name, likely in settings.UNKNOWN_SETTINGS.items()
    ]


def _unknown_name_text(name: str, likely: str) -> str:
    if name in ENVIRONMENT_ALONE | OTHERS_NAMES:
        return gettext("%(name)s is not read from stillnote.env: set it in the environment.") % {"name": name}
    if likely:
        said = gettext("%(name)s is no setting, and what it says is not done. Did you mean %(likely)s?")
    else:
        said = gettext("%(name)s is no setting, and what it says is not done. docs/settings.md lists all of them.")
    return said % {"name": name, "likely": likely}


@register(SETTINGS_TAG)
def check_window(**_: Any) -> list[Error]:
    """Find a window that is none of those that Whisper can be given."""
    if settings.WHISPER_WINDOW in WINDOWS:
        return []
    said = gettext("WHISPER_WINDOW is %(value)s, but must be %(one)s or %(other)s.")
    one, other = WINDOWS
    return [Error(said % {"value": repr(settings.WHISPER_WINDOW), "one": one, "other": other}, id="stillnote.E005")]


@register(SETTINGS_TAG)
def check_proxies(**_: Any) -> list[Error]:
    """Find trusted proxies that are no addresses: nobody would be believed, and no page would know that it is HTTPS."""
    said = gettext("TRUSTED_PROXIES holds %(name)s, but takes addresses such as 192.168.1.2.")
    return [
        Error(said % {"name": repr(name)}, id="stillnote.E002")
        for name in settings.TRUSTED_PROXIES
        if not _is_ip_address(name)
    ]


@register(SETTINGS_TAG)
def check_webhook_networks(**_: Any) -> list[Error]:
    """Find networks that are none: which addresses are spoken to would be a guess."""
    try:
        parse_networks(settings.WEBHOOK_NETWORKS)
    except ValueError:
        said = gettext("WEBHOOK_NETWORKS takes networks such as 192.168.1.0/24, or addresses such as 127.0.0.1.")
        return [Error(said, id="stillnote.E007")]
    return []


@register(SETTINGS_TAG)
def check_incoming_mail(**_: Any) -> list[Error]:
    """Find a mailbox that cannot be opened, or in which nobody has an address. A password in it is not quoted."""
    wrong = []
    if settings.MAILIN_URL and not _is_mailbox_url(settings.MAILIN_URL):
        said = gettext("MAILIN_URL must be written as in imaps://user:password@host/INBOX. %(signs)s")
        wrong.append(said % {"signs": SIGNS})
    if (settings.MAILIN_URL or settings.MAILIN_ADDRESS) and not MAIL_ADDRESS_PATTERN.fullmatch(settings.MAILIN_ADDRESS):
        wrong.append(gettext("MAILIN_ADDRESS must be written as in memos+{secret}@example.org, with {secret} in it."))
    return [Error(sentence, id="stillnote.E003") for sentence in wrong]


@register(SETTINGS_TAG)
def check_endpoints(**_: Any) -> list[Error]:
    """Find an address of another machine that is none. It is not quoted, for somebody may put a key there."""
    wrong = [name for name in ENDPOINTS if getattr(settings, name) and not _is_endpoint_url(getattr(settings, name))]
    said = gettext("%(name)s must be written as in https://%(host)s.example.org/v1; its key belongs in %(key)s.")
    return [
        Error(
            said % {"name": name, "host": ENDPOINTS[name], "key": f"{name.removesuffix('URL')}KEY"},
            id="stillnote.E004",
        )
        for name in wrong
    ]


@register(SETTINGS_TAG)
def check_provider(**_: Any) -> list[Error]:
    """Find a service that vouches for people, where something of it is missing or anybody could pretend to be it."""
    parts = {f"STILLNOTE_OIDC_{name}": getattr(settings, f"OIDC_{name}") for name in ("URL", "CLIENT", "SECRET")}
    missing = [name for name, value in parts.items() if not value]
    if len(missing) == len(parts):
        return []
    wrong = [f"{name} is missing: log-ins by OpenID Connect need all of {', '.join(parts)}." for name in missing]
    if settings.OIDC_URL and not _is_safe_provider_url(settings.OIDC_URL):
        wrong.append(
            "STILLNOTE_OIDC_URL must be the issuer's address, as in https://login.example.org/realms/home; by http "
            "only on this machine."
        )
    return [Error(sentence, id="stillnote.E006") for sentence in wrong]


def _is_safe_provider_url(url: str) -> bool:
    is_here = _is_endpoint_url(url) and urlsplit(url).hostname in settings.LOOPBACK
    return _is_endpoint_url(url) and (url.startswith("https://") or is_here)


def _is_endpoint_url(url: str) -> bool:
    try:
        at = urlsplit(url)
        is_bare = not (at.username or at.password or at.query or at.fragment)
        return at.scheme in {"http", "https"} and bool(at.hostname) and at.port != 0 and is_bare
    except ValueError:  # its port is none
        return False


def _is_mailbox_url(url: str) -> bool:
    try:
        at = urlsplit(url)
        is_cut = bool(at.fragment) or "@" in at.path + at.query or at.port == 0
        return at.scheme in {"imap", "imaps"} and bool(at.hostname and at.username and at.password) and not is_cut
    except ValueError:  # its port is none
        return False


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
