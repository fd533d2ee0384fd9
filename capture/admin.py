"""What the owner of the machine may look after: accounts. Nobody's memos are to be seen here, nor their names."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from capture.models import User


@admin.register(User)
class Accounts(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Make accounts and close them. None is deleted here: that page would list what belongs to it."""

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False: an account is closed by making it inactive."""
        del request, obj
        return False
