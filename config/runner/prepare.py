"""What is put in order before the service starts: the port, the database, the broker's folder, the owner."""

import logging
import socket
import time
import zoneinfo
from collections.abc import Iterator

import tzlocal
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from capture.maintenance.cleanup import delete_leftovers_of_last_run
from capture.services.accounts import create_owner, owner
from capture.services.devices import create_pairing_code, is_for_this_machine, pairing_link, qr_terminal
from config.dispatch import folder_broker
from config.lan.certificate_files import CertificateFiles, authority_fingerprint
from config.lan.interfaces import help_address
from config.ops.database_backup import BackupFailed, back_up_database
from config.ops.database_version import NotReady, Version, database_version
from config.takeout.taking_in import reserved_paths
from transcription.error_text import sentence_of
from transcription.model_choice.registry import engine_problem, is_fetch_due
from transcription.worker.claims import release_all_claims

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PATIENCE_SECONDS = 2.0
"""A service that was killed a moment ago lets go of its port this soon."""


def check_ports() -> None:
    """Raise NotReady where another program listens on a port of ours."""
    _check_port(settings.PORT, "PORT", HOST)
    if settings.LAN:
        for port, name in ((settings.HTTPS_PORT, "HTTPS_PORT"), (settings.HELP_PORT, "HELP_PORT")):
            _check_port(port, name, "")


def _check_port(port: int, name: str, host: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                if time.monotonic() > deadline:
                    said = _(
                        "Another program uses port %(port)d. End it, or choose another: %(name)s=%(next)d make run"
                    )
                    raise NotReady(said % {"port": port, "name": name, "next": port + 1}) from error
            else:
                return
        time.sleep(0.2)


def prepare_database() -> None:
    """Bring the database up to this version, having backed it up first. Raises NotReady where it is newer."""
    found = database_version()
    if found is Version.OLDER:
        _back_up_older()
    if found is not Version.CURRENT:
        call_command("migrate", verbosity=0, interactive=False)


def free_last_claims() -> None:
    """Let this start do at once what the last one was at. On SQLite nobody else can be: the lock is ours."""
    if connection.vendor == "sqlite":
        release_all_claims()


def clear_last_run() -> None:
    """Remove or take in what the last run left behind: nobody else is at it, for the lock is ours."""
    try:
        if leftovers := delete_leftovers_of_last_run(reserved_paths()):
            log.info("%d files of unfinished uploads are cleared away", leftovers)
    except OSError as error:  # the sweep tries again
        log.warning("Leftovers stay for another round (%s)", type(error).__name__)


def _back_up_older() -> None:
    try:
        back_up_database(settings.HOME / "backups")
    except BackupFailed as reason:
        raise NotReady(_("%(reason)s Nothing was migrated.") % {"reason": reason}) from reason


def prepare_folders() -> None:
    """Make the folders of the logs and of the broker, and clear the latter of leftovers."""
    (settings.HOME / "logs").mkdir(exist_ok=True)
    folder_broker.prepare_broker_folder(settings.BROKER_FOLDER)


def prepare_certificate() -> None:
    """Make the authority and the certificate for the home network, where that is served and they are not there yet.

    Raises NotReady where they cannot be written.
    """
    if settings.LAN:
        try:
            CertificateFiles(settings.HOME, settings.ASKED_HOST).ensure()
        except OSError as error:
            said = _("The certificate for the home network cannot be written: %(reason)s.")
            raise NotReady(said % {"reason": error.strerror}) from error


def missing_model() -> Iterator[str]:
    """Yield why memos wait where no model is here and none will be fetched."""
    problem = engine_problem()
    if problem and not is_fetch_due():
        yield _("%(problem)s Until then recordings are kept, and wait.") % {"problem": sentence_of(problem)}


def owner_time_zone() -> str:
    """Return the machine's time zone, or UTC where Python does not know it."""
    name = tzlocal.get_localzone_name()
    return name if name in zoneinfo.available_timezones() else "UTC"


def welcome_owner() -> Iterator[str]:
    """Yield the owner's account, if it has just been made, and a pairing link."""
    made = create_owner(owner_time_zone())
    if made:
        user, password = made
        yield _("Your account: %(name)s   password: %(password)s") % {"name": user.username, "password": password}
        yield _("It is shown this once. Another one: .venv/bin/python manage.py password")
    somebody = owner()
    if somebody:
        yield from _pairing_lines(pairing_link(create_pairing_code(somebody)))


def _pairing_lines(link: str) -> Iterator[str]:
    """Yield how a phone is paired, or what may be where no phone comes from elsewhere."""
    if is_for_this_machine():
        yield _("Pair a browser on this machine within ten minutes: %(link)s") % {"link": link}
        yield _("No network is found here.") if settings.LAN else _("For a phone: make run LAN=1")
        return
    yield _("Pair a phone within ten minutes: %(link)s") % {"link": link}
    yield qr_terminal(link)
    printed = authority_fingerprint() if settings.LAN else ""
    if printed:
        if not settings.HELP_PAGE:
            yield _("How a phone comes to trust this machine: %(link)s") % {"link": help_address(settings.HELP_PORT)}
        yield _("The fingerprint of the certificate that it installs: %(print)s") % {"print": printed}
