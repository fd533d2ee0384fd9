"""Browsers, invitations and looks come and go without touching an account."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from capture.models import BrowserSession, Invitation, User
from capture.services.invitations import create_invitation
from tests.support.old_migrations import taken_back_to

BEFORE = [("capture", "0013_page_language")]


@pytest.mark.django_db(transaction=True)
def test_they_can_be_taken_back_and_made_again(alice: User) -> None:
    create_invitation(alice)
    BrowserSession.objects.create(user=alice, key_hash="hash", last_seen=timezone.now() - timedelta(days=1))
    User.objects.update(look="dark")
    with taken_back_to(BEFORE):
        tables = set(connection.introspection.table_names())
        assert not {BrowserSession._meta.db_table, Invitation._meta.db_table} & tables
    alice.refresh_from_db()
    assert (alice.username, alice.look) == ("alice", "")
    assert alice.check_password("correct horse")
    assert not Invitation.objects.exists()
    assert not BrowserSession.objects.exists()
