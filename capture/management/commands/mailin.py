"""`manage.py mailin < message`: a mail's recordings, handed over by a mail server."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from capture.sources.mail.ingest import MAX_MAIL_BYTES, MailOutcome, ingest_mail, is_too_large

ANSWERS = {
    MailOutcome.ASIDE: (os.EX_DATAERR, gettext_noop("Something in this mail cannot be taken.")),
    MailOutcome.LATER: (os.EX_TEMPFAIL, gettext_noop("There is no room for this mail now. Hand it over again later.")),
    MailOutcome.NO_RECORDING: (os.EX_DATAERR, gettext_noop("There is no recording in this mail.")),
    MailOutcome.NOBODY: (os.EX_NOUSER, gettext_noop("This mail is to nobody here.")),
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
            said = _("This mail could not be taken (%(kind)s). Hand it over again later.")
            raise CommandError(said % {"kind": type(error).__name__}, returncode=os.EX_TEMPFAIL) from error
        if outcome in ANSWERS:
            code, sentence = ANSWERS[outcome]
            raise CommandError(_(sentence), returncode=code)
