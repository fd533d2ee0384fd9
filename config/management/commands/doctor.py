"""`manage.py doctor`: what is well, what is not, and what to do."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.ops.doctor import findings
from config.ops.doctor_text import finding_text


class Command(BaseCommand):
    """Look at everything and change nothing."""

    help = "Says what is well with this installation and what is not. Exit code 1 where something is not."
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Print a line for each finding."""
        found = list(findings())
        for finding in found:
            mark = "ok " if finding.is_well else "!! "
            subject, sentence = finding_text(finding)
            self.stdout.write(f"{mark} {subject:<14} {sentence}")
        if not all(finding.is_well for finding in found):
            sys.exit(1)
