"""`manage.py mailin < message`: a mail's recordings, handed over by a mail server."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from capture.sources.mail.ingest import MAX_MAIL_BYTES, MailOutcome, ingest_mail, is_too_large

ANSWERS = {
    MailOutcome.ASIDE: (os.EX_DATAERR, "Something in this mail cannot be taken."),
    MailOutcome.LATER: (os.EX_TEMPFAIL, "There is no room for this mail now. Hand it over again later."),
    MailOutcome.NO_RECORDING: (os.EX_DATAERR, "There is no recording in this mail."),
    MailOutcome.NOBODY: (os.EX_NOUSER, "This mail is to nobody here."),
}
"""Exit codes as mail servers know them (sysexits.h), and what they may write into their logs."""


class Command(BaseCommand):
    """Take one mail in from standard input: exit code 0 once its recordings are kept, 75 where it must come again."""

    help = "Takes the recordings of the mail on standard input in, for the user to whose address it was sent."
    requires_system_checks = []  # of what they find, nothing is a reason to give a mail up

    def handle(self, **_options: Any) -> None:
        """Take it, or say in one sentence and one exit code why not."""
        try:
            mail = sys.stdin.buffer.read(MAX_MAIL_BYTES + 1)
            outcome = MailOutcome.ASIDE if is_too_large(len(mail)) else ingest_mail(mail)
        except (OSError, Error) as error:
            sentence = f"This mail could not be taken ({type(error).__name__}). Hand it over again later."
            raise CommandError(sentence, returncode=os.EX_TEMPFAIL) from error
        if outcome in ANSWERS:
            code, sentence = ANSWERS[outcome]
            raise CommandError(sentence, returncode=code)
