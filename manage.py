#!/usr/bin/env python3
"""The one entry for commands: `manage.py run`, `demo`, `doctor`, `pair`, `backup` and the rest."""

import os
import sys
from typing import NoReturn


def main() -> None:
    """Run one command; what is wrong with the surroundings is one sentence and exit code 1, not a traceback."""
    if sys.version_info[:2] != (3, 11):
        sys.exit("stillnote: this is not Python 3.11, for which all is pinned. `make run` finds it, or says how.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import DatabaseError
    except ImportError:
        sys.exit("stillnote: the packages are not installed here. Type `make run`, or .venv/bin/python manage.py ….")
    try:
        _speak_the_language_of_the_terminal()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        _end(problem)
    except DatabaseError:
        if not (reason := _database_problem()):
            raise
        _end(reason)
    except KeyboardInterrupt:
        sys.exit(130)  # as shells say that a program was interrupted


def _speak_the_language_of_the_terminal() -> None:
    """Let commands speak German where the environment does, and else English. Logs are English in any case."""
    spoken = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if spoken.startswith("de"):
        import django
        from django.utils import translation

        django.setup()
        translation.activate("de")


def _database_problem() -> str | None:
    """Return why no command can work with this database, or None: that it is of this version is not the reason."""
    from django.db import DatabaseError
    from django.utils.translation import gettext

    from config.ops.database_version import VERSION_TEXT, NotReady, Version, database_version

    try:
        found = database_version()
    except NotReady as problem:
        return str(problem)
    except DatabaseError:
        return gettext(
            "the database cannot be reached, read or written. Nothing is lost: `manage.py doctor` says more."
        )
    return None if found is Version.CURRENT else f"{gettext(VERSION_TEXT[found])}."


def _end(problem: object) -> NoReturn:
    print(f"stillnote: {problem}", file=sys.stderr)
    sys.exit(os.EX_TEMPFAIL if sys.argv[1:2] == ["mailin"] else 1)  # by any other code a mail server gives mail up


if __name__ == "__main__":
    main()
