#!/usr/bin/env python3
"""The one entry for commands: `manage.py run`, `demo`, `doctor`, `pair`, `backup` and the rest."""

import os
import sys


def main() -> None:
    """Run one command; what is wrong with the surroundings is one sentence and exit code 2, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(f"stillnote: {problem}")


if __name__ == "__main__":
    main()
