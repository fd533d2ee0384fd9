"""Whom a command is about."""

from django.core.management.base import CommandError

from capture.models import User


def resident(name: str | None) -> User:
    """Return the user of that name, or the owner of the machine. Raises CommandError, with a sentence, for nobody."""
    if name is None:
        owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if owner is None:
            raise CommandError("There is no owner's account yet. Start the service once with `make run`.")
        return owner
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account called {name}. `manage.py adduser {name}` makes one.")
    return user
