"""Whom a command is about."""

from django.core.management.base import CommandError

from capture.models import User
from capture.services.accounts import owner


def resident(name: str | None) -> User:
    """Return the user of that name, or the owner of the machine. Raises CommandError, with a sentence, for nobody."""
    if name is None:
        found = owner()
        if found is None:
            raise CommandError("There is no owner's account yet. Start the service once with `make run`.")
        return found
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account called {name}. `manage.py adduser {name}` makes one.")
    return user
