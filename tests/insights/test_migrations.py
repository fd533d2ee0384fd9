"""What was said before a table changed is understood after it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from capture.models import User
from insights.models import Correction

BEFORE = [("insights", "0007_undoing_and_proposals")]


def to_now() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def then(alice: User) -> Iterator[Any]:
    """Give the corrections as they were kept at that time."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps.get_model("insights", "Correction")
    to_now()


@pytest.mark.django_db(transaction=True)
def test_undoings_of_each_word_become_one_of_the_click(then: Any, alice: User) -> None:
    undone, stands = uuid4(), uuid4()
    words = [then.objects.create(user_id=alice.pk, kind="deleted", batch=undone, former={}) for _ in range(3)]
    then.objects.create(user_id=alice.pk, kind="renamed", batch=stands, former={})
    for word in words:
        then.objects.create(user_id=alice.pk, kind="undone", batch=uuid4(), undoes=word)
    to_now()
    assert [word.batch for word in Correction.objects.standing()] == [stands]
    assert [word.batch for word in Correction.objects.filter(kind="undone")] == [undone]
