"""The doctor's findings in words: a subject, and one sentence that says what to do where something is not well."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from capture.core.problems import problem_sentence
from config.ops.alert_text import alert_text
from config.ops.database_version import NEWER_DATABASE_TEXT, VERSION_TEXT
from config.ops.doctor import Finding
from insights.error_text import describe_problem
from transcription.error_text import sentence_of

MEGABYTE, GIGABYTE = 1e6, 1e9
MAILBOX_PROBLEMS = {
    "login-refused": "does not let us in: check the user and the password in MAILIN_URL",
    "no-such-folder": "has no such folder as the one at the end of MAILIN_URL",
    "unreachable": "cannot be reached ({error}): see MAILIN_URL",
    "unreadable-address": "has no address that can be read: see MAILIN_URL",
    "no-keywords": "keeps no keywords, by which mails that were taken are known: choose another mail server",
}
"""Why the mailbox cannot be used, by the code of UnusableMailbox."""
BROKERS = {"redis": "Redis", "folder": "a folder in the data folder"}

Words = str | Callable[[dict[str, Any]], str]
"""A format of the parameters, or a function of them."""


def finding_text(finding: Finding) -> tuple[str, str]:
    """Return what a finding is about, and its sentence."""
    subject, words = _TEXTS[finding.code]
    return subject, words.format(**finding.parameters) if isinstance(words, str) else words(finding.parameters)


def _alert_sentence(found: dict[str, Any]) -> str:
    return alert_text(found["alert"])


def _wrong_settings_sentence(found: dict[str, Any]) -> str:
    return " ".join(str(message.msg) for message in found["messages"])


def _watched_folder_sentence(found: dict[str, Any]) -> str:
    return f"{found['path']}: {problem_sentence(found['problem'], found['values'], _)}"


def _packages_sentence(found: dict[str, Any]) -> str:
    return f"Python {'.'.join(map(str, found['python']))}, {found['bytes'] / MEGABYTE:.0f} MB of packages"


def _embedder_sentence(found: dict[str, Any]) -> str:
    missing = describe_problem(found["missing"]) if found["missing"] else ""
    return f"ideas are compared by {found['model']}. {missing}".strip()


def _waiting_sentence(found: dict[str, Any]) -> str:
    waiting = found["waiting"]
    return f"{waiting} recording{'s wait' if waiting > 1 else ' waits'} to be written down"


def _mailbox_sentence(found: dict[str, Any]) -> str:
    aside = f", {found['aside']} could not be taken (keyword StillnoteAside)" if found["aside"] else ""
    left = f", {found['left']} without a recording or to nobody here (keyword StillnoteLeft)" if found["left"] else ""
    return f"{found['kept']} kept{aside}{left}"


def _unusable_mailbox_sentence(found: dict[str, Any]) -> str:
    return f"the mailbox {MAILBOX_PROBLEMS[found['code']].format_map(found)}"


def _unreachable_broker_sentence(found: dict[str, Any]) -> str:
    kind = BROKERS[found["kind"]]
    return f"{kind}, which cannot be reached ({found['error']}): new recordings wait for the sweep. See REDIS_URL"


_TEXTS: dict[str, tuple[str, Words]] = {
    "installation": ("installation", _packages_sentence),
    "settings": ("settings", "reached at {url}"),
    "settings-wrong": ("settings", _wrong_settings_sentence),
    "settings-unknown": ("settings", _wrong_settings_sentence),
    "data-folder": ("data folder", "{home}, readable by you alone"),
    "data-folder-open": (
        "data folder",
        lambda found: f"others can read {' and '.join(found['paths'])}: chmod -R go= {found['home']}",
    ),
    "disk": ("disk", lambda found: f"{found['bytes'] / GIGABYTE:.1f} GB free"),
    "disk-low": ("disk", _alert_sentence),
    "database-newer": ("database", NEWER_DATABASE_TEXT),
    "database-unusable": ("database", "cannot be used ({error}): see DATABASE_URL"),
    "database-version": ("database", lambda found: VERSION_TEXT[found["version"]]),
    "sqlite": ("database", "SQLite, journal_mode={mode}, synchronous={level} (2 is FULL)"),
    "postgresql": ("database", "PostgreSQL, synchronous_commit={level}"),
    "postgresql-unsafe": (
        "database",
        "PostgreSQL, synchronous_commit={level}: a receipt would not survive a power cut. Set it to on",
    ),
    "memos": ("recordings", "{kept} kept"),
    "memos-failed": ("recordings", "{kept} kept, {failed} of them could not be written down: the today page says why"),
    "worker": ("writing down", "no recording waits"),
    "memos-waiting": ("writing down", _waiting_sentence),
    "worker-away": ("writing down", _alert_sentence),
    "phones": ("phones", "none is silent for unusually long"),
    "phones-silent": ("phones", "{silent} silent for unusually long: their users' today pages say which"),
    "watched-folder": ("watched folder", _watched_folder_sentence),
    "unclaimed": ("recordings", "{count} in {folder} belong to nobody here: add them on the today page"),
    "store-folder": ("store", "recordings are kept in the data folder"),
    "store-bucket": (
        "store",
        "recordings are kept in the bucket {bucket} at {endpoint}; its checksums are compared",
    ),
    "store-bucket-without-checksums": (
        "store",
        "recordings are kept in the bucket {bucket} at {endpoint}; it gives no checksums, others are compared",
    ),
    "store-unreachable": (
        "store",
        "the bucket {bucket} at {endpoint} does not answer as it should: uploads are refused. See STORAGE_URL",
    ),
    "broker": ("broker", lambda found: BROKERS[found["kind"]]),
    "broker-unreachable": ("broker", _unreachable_broker_sentence),
    "whisper": ("Whisper", lambda found: sentence_of(found["message"])),
    "topics": ("topics", _embedder_sentence),
    "topics-failing": ("topics", lambda found: describe_problem(found["failure"])),
    "mail-files": ("mail", "kept as files in {folder}, until EMAIL_URL names a mail server"),
    "mail-server": ("mail", "sent by {host}:{port}"),
    "mailbox": ("mail-in", _mailbox_sentence),
    "mailbox-off": ("mail-in", "off, until MAILIN_URL names a mailbox"),
    "mailbox-unusable": ("mail-in", _unusable_mailbox_sentence),
    "mailbox-closed": ("mail-in", "left alone by this restored copy"),
    "copy": (
        "restored copy",
        "closed: {doors}. `manage.py doors --open NAME` opens what it shall do",
    ),
    "service": ("service", "runs"),
    "service-stopped": ("service", "does not run: `make run` starts it"),
}
