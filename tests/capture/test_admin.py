"""The owner of the machine looks after accounts, and sees nobody's words."""

from django.contrib import admin
from django.contrib.auth.models import Group

from capture.models import User


def test_accounts_are_all_there_is_to_administer() -> None:
    assert set(admin.site._registry) == {User, Group}
