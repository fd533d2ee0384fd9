"""Whose things are read by MCP, asked anew at each call: a token that is revoked meanwhile reads nothing more."""

from collections.abc import Callable

import anyio.to_thread
from django.conf import settings
from django.db import connection
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken as Verified
from mcp.server.auth.provider import TokenVerifier

from capture.core.errors import Refusal
from capture.http.web_state import web_state
from capture.models import User
from capture.services.access_tokens import admit_reader, find_access_token, refuse_reading

WhoReads = Callable[[], User]
"""Gives the user whose things are read now. Raises Refusal where nothing may be read."""


def user_by_token(secret: str) -> User:
    """Return whose personal token this is. Raises Refusal: it is none, holds no more, or is used too often."""

    def count_request(kind: str, key: int | None) -> None:
        web_state().rate_limit.count_request(kind, key or "mcp", settings.UPLOADS_A_MINUTE)

    return admit_reader(secret, count_request).user


def who_reads_by_token(secret: str) -> WhoReads:
    """Return who reads where one program has one token."""
    return lambda: user_by_token(secret)


def who_reads_as(user: User) -> WhoReads:
    """Return who reads where somebody on this machine said for whom."""

    def open_user() -> User:
        found = User.objects.filter(pk=user.pk, is_active=True).first()
        if found is None:
            raise Refusal("revoked-reader")
        return found

    return open_user


def who_asks() -> User:
    """Return whose token came with the request that is answered now."""
    verified = get_access_token()
    if verified is None:
        raise Refusal("unknown-reader")
    return user_by_token(verified.token)


class PersonalTokens(TokenVerifier):
    """Let in whoever has a personal token that holds."""

    async def verify_token(self, token: str) -> Verified | None:
        """Return what the protocol knows of a token, or None where nothing may be read by it."""
        return await anyio.to_thread.run_sync(_verified, token)


def _verified(secret: str) -> Verified | None:
    try:
        found = find_access_token(secret)
        if found is None:
            return None
        refuse_reading(found)
    except Refusal:
        return None
    finally:
        connection.close()
    return Verified(token=secret, client_id=str(found.pk), scopes=["read"], subject=str(found.user_id))
