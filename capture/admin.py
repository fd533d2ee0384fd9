"""What the owner of the machine may look after: accounts. Nobody's memos are to be seen here, nor their names."""

from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from capture.models import User


@admin.register(User)
class Accounts(UserAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """Make accounts and close them. None is deleted here: that page would list what belongs to it."""

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return False: an account is closed by making it inactive."""
        del request, obj
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set somebody's password, by who says once more who they are."""
        if is_reauthentication_required(request, app="capture"):
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")
        return super().user_change_password(request, id, form_url)
