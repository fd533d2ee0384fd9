"""`manage.py mcp`: lets an assistant read what is somebody's, by the Model Context Protocol."""

import os
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from mcp.server.transport_security import TransportSecuritySettings

from capture.core.errors import Refusal
from capture.services.accounts import account_for_command
from config.mcp.readers import WhoReads, user_by_token, who_reads_as, who_reads_by_token
from config.mcp.server import http_server, stdio_server

TOKEN_VARIABLE = "STILLNOTE_READ_TOKEN"  # noqa: S105 - where a token is, and not one
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Command(BaseCommand):
    """Answer on standard input and output, for one person; or over HTTP, for whoever has a token."""

    help = "Lets an assistant read by MCP, and change nothing (docs/api.md)."
    # Standard output is the protocol's.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whose things are read, or at which address of this machine programs ask with their tokens."""
        parser.add_argument("--user", metavar="NAME", help=f"whose things are read, unless {TOKEN_VARIABLE} says so")
        parser.add_argument(
            "--http", metavar="[HOST:]PORT", help="answer over HTTP at /mcp; each request brings a personal token"
        )

    def handle(self, *, user: str | None, http: str | None, **_options: Any) -> None:
        """Answer until the program that asks is gone, or until Ctrl-C."""
        if http is not None:
            self._serve(*_host_and_port(http))
        else:
            stdio_server(self._who_reads(user)).run("stdio")

    def _who_reads(self, user: str | None) -> WhoReads:
        secret = os.environ.get(TOKEN_VARIABLE)
        if user is not None or not secret:
            return who_reads_as(account_for_command(user))
        try:
            user_by_token(secret)
        except Refusal as refusal:
            raise CommandError(refusal.sentence_in(_)) from refusal
        return who_reads_by_token(secret)

    def _serve(self, host: str, port: int) -> None:
        names = {*LOOPBACK_NAMES, _in_url(host), _in_url(urlsplit(settings.STILLNOTE_URL).hostname or host)}
        # A page of a stranger whose name leads to this machine is not answered (DNS rebinding).
        guard = TransportSecuritySettings(
            allowed_hosts=[*names, *(f"{name}:*" for name in names)],
            allowed_origins=[
                f"{scheme}://{name}{end}" for scheme in ("http", "https") for name in names for end in ("", ":*")
            ],
        )
        app = http_server().streamable_http_app(stateless_http=True, transport_security=guard, host=host)
        self.stderr.write(_("Assistants read at %(address)s") % {"address": f"http://{_in_url(host)}:{port}/mcp"})
        uvicorn.run(app, host=host, port=port, log_config=None, access_log=False)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _host_and_port(said: str) -> tuple[str, int]:
    """Return where to answer; on this machine alone unless it is said. Raises CommandError."""
    host, _colon, port = said.rpartition(":")
    if not port.isdecimal() or int(port) not in range(1, 65536):
        raise CommandError(_("Name a port, as in --http 8770, or an address and a port, as in --http 127.0.0.1:8770."))
    return host.strip("[]") or "127.0.0.1", int(port)
