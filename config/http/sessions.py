"""Log-ins whose cookies a copy of the database does not tell: of a session's key only the hash is kept."""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

BATCH_SESSIONS = 1000
COLUMN_BYTES = 20
"""Half the 40 characters of the column. A key has 160 bits of chance, so that a plain hash cannot be tried out."""


def hash_session_key(key: str) -> str:
    """Return what is stored of a session's key."""
    return hashlib.blake2b(key.encode(), digest_size=COLUMN_BYTES).hexdigest()


def delete_expired_sessions() -> int:
    """Delete the rows of log-ins that are over, some at a time, and return how many."""
    expired = Session.objects.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)
    keys = list(expired[:BATCH_SESSIONS])
    return Session.objects.filter(pk__in=keys).delete()[0] if keys else 0


class SessionStore(db.SessionStore):
    """Django's own, but for what its rows are found by."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = self.model.objects.filter(
            session_key=hash_session_key(self.session_key or ""), expire_date__gt=timezone.now()
        )
        if session := found.first():
            return session
        self._session_key = None
        return None

    def exists(self, session_key: str) -> bool:
        """Return whether there is such a session."""
        return super().exists(hash_session_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row of this session."""
        row = super().create_model_instance(data)
        row.session_key = hash_session_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Forget a session, or this one."""
        if key := session_key or self.session_key:
            super().delete(hash_session_key(key))
