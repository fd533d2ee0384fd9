"""What commands for development say where its packages are missing."""

from importlib.util import find_spec

from django.core.management.base import CommandError

INSTALL = ".venv/bin/pip install --require-hashes -r requirements-dev.txt"


def require_scikit_learn() -> None:
    """Raise CommandError, saying what to type, where scikit-learn is not installed: the service runs without it."""
    if find_spec("sklearn") is None:
        raise CommandError(f"This command measures and fits by scikit-learn, which is not installed. Type: {INSTALL}")
