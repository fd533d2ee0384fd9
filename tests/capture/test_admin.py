"""The owner of the machine looks after accounts, and sees nobody's words (see tests/broad/test_two_users.py)."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from capture.models import User


def test_accounts_are_all_there_is_to_administer() -> None:
    assert set(admin.site._registry) == {User, Group}


def test_nobody_is_deleted_here_for_their_recordings_would_stay(admin_client: Client, alice: User) -> None:
    assert admin_client.post(f"/admin/capture/user/{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()
