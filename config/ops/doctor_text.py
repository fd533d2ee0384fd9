"""The doctor's findings in words: a subject, and one sentence that says what to do where something is not well."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from capture.core.problems import problem_sentence
from config.ops.alert_text import alert_text
from config.ops.database_version import NEWER_DATABASE_TEXT, VERSION_TEXT
from config.ops.doctor import Finding
from insights.error_text import describe_problem
from insights.night_text import listed
from transcription.error_text import sentence_of

MEGABYTE, GIGABYTE = 1e6, 1e9
MAILBOX_PROBLEMS = {
    "login-refused": gettext_noop("the mailbox does not let us in: check the user and the password in MAILIN_URL"),
    "no-such-folder": gettext_noop("the mailbox has no such folder as the one at the end of MAILIN_URL"),
    "unreachable": gettext_noop("the mailbox cannot be reached ({error}): see MAILIN_URL"),
    "unreadable-address": gettext_noop("the mailbox has no address that can be read: see MAILIN_URL"),
    "no-keywords": gettext_noop(
        "the mailbox keeps no keywords, by which mails that were taken are known: choose another mail server"
    ),
}
"""Why the mailbox cannot be used, by the code of UnusableMailbox."""
BROKERS = {"redis": "Redis", "folder": gettext_noop("a folder in the data folder")}

Words = str | Callable[[dict[str, Any]], str]
"""A format of the parameters, or a function of them."""


def finding_text(finding: Finding) -> tuple[str, str]:
    """Return what a finding is about, and its sentence."""
    subject, words = _TEXTS[finding.code]
    sentence = _(words).format(**finding.parameters) if isinstance(words, str) else words(finding.parameters)
    return _(subject), sentence


def _alert_sentence(found: dict[str, Any]) -> str:
    return alert_text(found["alert"])


def _wrong_settings_sentence(found: dict[str, Any]) -> str:
    return " ".join(str(message.msg) for message in found["messages"])


def _watched_folder_sentence(found: dict[str, Any]) -> str:
    return f"{found['path']}: {problem_sentence(found['problem'], found['values'], _)}"


def _packages_sentence(found: dict[str, Any]) -> str:
    version, size = ".".join(map(str, found["python"])), f"{found['bytes'] / MEGABYTE:.0f}"
    return _("Python {version}, {size} MB of packages").format(version=version, size=size)


def _open_folder_sentence(found: dict[str, Any]) -> str:
    return _("others can read {paths}: chmod -R go= {home}").format(
        paths=listed(list(found["paths"])), home=found["home"]
    )


def _disk_sentence(found: dict[str, Any]) -> str:
    return _("{size} GB free").format(size=f"{found['bytes'] / GIGABYTE:.1f}")


def _embedder_sentence(found: dict[str, Any]) -> str:
    missing = describe_problem(found["missing"]) if found["missing"] else ""
    return f"{_('ideas are compared by {model}.').format(model=found['model'])} {missing}".strip()


def _waiting_sentence(found: dict[str, Any]) -> str:
    said = ngettext(
        "{n} recording waits to be written down", "{n} recordings wait to be written down", found["waiting"]
    )
    return said.format(n=found["waiting"])


def _mailbox_sentence(found: dict[str, Any]) -> str:
    parts = [_("{n} kept").format(n=found["kept"])]
    if found["aside"]:
        parts.append(_("{n} could not be taken (keyword StillnoteAside)").format(n=found["aside"]))
    if found["left"]:
        parts.append(_("{n} without a recording or to nobody here (keyword StillnoteLeft)").format(n=found["left"]))
    return ", ".join(parts)


def _unusable_mailbox_sentence(found: dict[str, Any]) -> str:
    return _(MAILBOX_PROBLEMS[found["code"]]).format_map(found)


def _unreachable_broker_sentence(found: dict[str, Any]) -> str:
    said = _("{broker}, which cannot be reached ({error}): new recordings wait for the sweep. See REDIS_URL")
    return said.format(broker=_(BROKERS[found["kind"]]), error=found["error"])


_TEXTS: dict[str, tuple[str, Words]] = {
    "installation": (gettext_noop("installation"), _packages_sentence),
    "settings": (gettext_noop("settings"), gettext_noop("reached at {url}")),
    "settings-wrong": (gettext_noop("settings"), _wrong_settings_sentence),
    "settings-unknown": (gettext_noop("settings"), _wrong_settings_sentence),
    "data-folder": (gettext_noop("data folder"), gettext_noop("{home}, readable by you alone")),
    "data-folder-open": (
        gettext_noop("data folder"),
        _open_folder_sentence,
    ),
    "disk": (gettext_noop("disk"), _disk_sentence),
    "disk-low": (gettext_noop("disk"), _alert_sentence),
    "database-newer": (gettext_noop("database"), NEWER_DATABASE_TEXT),
    "database-unusable": (gettext_noop("database"), gettext_noop("cannot be used ({error}): see DATABASE_URL")),
    "database-version": (gettext_noop("database"), lambda found: _(VERSION_TEXT[found["version"]])),
    "sqlite": (gettext_noop("database"), gettext_noop("SQLite, journal_mode={mode}, synchronous={level} (2 is FULL)")),
    "postgresql": (gettext_noop("database"), gettext_noop("PostgreSQL, synchronous_commit={level}")),
    "postgresql-unsafe": (
        gettext_noop("database"),
        gettext_noop("PostgreSQL, synchronous_commit={level}: a receipt would not survive a power cut. Set it to on"),
    ),
    "memos": (gettext_noop("recordings"), gettext_noop("{kept} kept")),
    "memos-failed": (
        gettext_noop("recordings"),
        gettext_noop("{kept} kept, {failed} of them could not be written down: Today says why"),
    ),
    "worker": (gettext_noop("writing down"), gettext_noop("no recording waits")),
    "memos-waiting": (gettext_noop("writing down"), _waiting_sentence),
    "worker-away": (gettext_noop("writing down"), _alert_sentence),
    "phones": (gettext_noop("phones"), gettext_noop("none is silent for unusually long")),
    "phones-silent": (
        gettext_noop("phones"),
        gettext_noop("{silent} silent for unusually long: their users' today pages say which"),
    ),
    "sealing": (
        gettext_noop("sealed recordings"),
        gettext_noop("the key that opens them is here, and in each backup"),
    ),
    "sealing-key-missing": (
        gettext_noop("sealed recordings"),
        gettext_noop("the key that opens them is missing: put sealing_key of a backup back into the data folder"),
    ),
    "sealing-key-unreadable": (
        gettext_noop("sealed recordings"),
        gettext_noop("sealing_key of the data folder is none: put that of a backup in its place"),
    ),
    "watched-folder": (gettext_noop("watched folder"), _watched_folder_sentence),
    "unclaimed": (
        gettext_noop("recordings"),
        gettext_noop("{count} in {folder} belong to nobody here: add them on Today"),
    ),
    "store-folder": (gettext_noop("store"), gettext_noop("recordings are kept in the data folder")),
    "store-bucket": (
        gettext_noop("store"),
        gettext_noop("recordings are kept in the bucket {bucket} at {endpoint}; its checksums are compared"),
    ),
    "store-bucket-without-checksums": (
        gettext_noop("store"),
        gettext_noop(
            "recordings are kept in the bucket {bucket} at {endpoint}; it gives no checksums, others are compared"
        ),
    ),
    "store-unreachable": (
        gettext_noop("store"),
        gettext_noop(
            "the bucket {bucket} at {endpoint} does not answer as it should: uploads are refused. See STORAGE_URL"
        ),
    ),
    "broker": (gettext_noop("broker"), lambda found: _(BROKERS[found["kind"]])),
    "broker-unreachable": (gettext_noop("broker"), _unreachable_broker_sentence),
    "whisper": (gettext_noop("Whisper"), lambda found: sentence_of(found["message"])),
    "topics": (gettext_noop("topics"), _embedder_sentence),
    "topics-failing": (gettext_noop("topics"), lambda found: describe_problem(found["failure"])),
    "mail-files": (
        gettext_noop("mail"),
        gettext_noop("kept as files in {folder}, until EMAIL_URL names a mail server"),
    ),
    "mail-server": (gettext_noop("mail"), gettext_noop("sent by {host}:{port}")),
    "mailbox": (gettext_noop("mail-in"), _mailbox_sentence),
    "mailbox-off": (gettext_noop("mail-in"), gettext_noop("off, until MAILIN_URL names a mailbox")),
    "mailbox-unusable": (gettext_noop("mail-in"), _unusable_mailbox_sentence),
    "mailbox-closed": (gettext_noop("mail-in"), gettext_noop("left alone by this restored copy")),
    "webhooks": (
        gettext_noop("webhooks"),
        gettext_noop(
            "{on} addresses are told what happens, {failing} are off because they took nothing. Networks beside the "
            "internet: {networks}"
        ),
    ),
    "copy": (
        gettext_noop("restored copy"),
        gettext_noop("closed: {doors}. `manage.py doors --open NAME` opens what it shall do"),
    ),
    "service": (gettext_noop("service"), gettext_noop("runs")),
    "service-stopped": (gettext_noop("service"), gettext_noop("does not run: `make run` starts it")),
}
