"""English is nobody's language but theirs who chose it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.old_migrations import Migrations, migrate_to, taken_back_to

BEFORE, AFTER = ([("capture", name)] for name in ("0008_memo_hidden", "0009_languages_chosen"))


def users_at(state: Migrations) -> Any:
    return migrate_to(state).get_model("capture", "User")


@pytest.fixture
def then(transactional_db: None) -> Iterator[Any]:
    """Give the users as they were kept before."""
    with taken_back_to(BEFORE) as models:
        yield models.get_model("capture", "User")


def test_who_saved_their_settings_keeps_english_and_all_others_are_asked(then: Any) -> None:
    then.objects.create(username="untouched")
    then.objects.create(username="sleeps late", night_from=1)
    then.objects.create(username="wants mails", trouble_mail=True)
    then.objects.create(username="by the locale", languages="de,en")
    users = users_at(AFTER)
    found = dict(users.objects.values_list("username", "languages"))
    assert found == {"untouched": "", "sleeps late": "en", "wants mails": "en", "by the locale": "de,en"}
    assert users.objects.create(username="new").languages == ""


def test_it_can_be_taken_back(then: Any) -> None:
    users_at(AFTER).objects.create(username="new")
    assert users_at(BEFORE).objects.get(username="new").languages == "en"
