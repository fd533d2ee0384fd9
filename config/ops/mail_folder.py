"""Mails as files, where no mail server is set: each opens in a mail program."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MailFolder(BaseEmailBackend):
    """Lays each mail into EMAIL_FILE_PATH as one `.eml` file, named by the time (UTC)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails, and return how many. Raises OSError."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            unfinished = path.with_suffix(".unfinished")
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(path)
        return len(email_messages)


def remove_mails_to(address: str) -> None:
    """Remove the mails that lie in files because no mail server was set, to one address."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    for path in Path(folder).glob("*.eml") if folder and address else ():
        with path.open("rb") as file:
            told = BytesHeaderParser().parse(file).get_all("To", [])
        if address.casefold() in {one.casefold() for _name, one in getaddresses(told)}:
            path.unlink(missing_ok=True)
