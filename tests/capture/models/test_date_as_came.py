"""The day that a person gives a recording has a column, which comes and goes without touching any recording."""

from datetime import UTC, datetime

from tests.support.old_migrations import migrate_to, taken_back_to

BEFORE, AFTER = ([("capture", name)] for name in ("0009_languages_chosen", "0010_date_as_came"))


def test_it_comes_and_goes(transactional_db: None) -> None:
    with taken_back_to(BEFORE) as models:
        user = models.get_model("capture", "User").objects.create(username="before")
        at = datetime(2026, 7, 14, tzinfo=UTC)
        known = {"client_id": "m-1", "source": "api", "kind": "ogg", "bytes": 1, "sha256": "0" * 64, "path": "a"}
        models.get_model("capture", "Memo").objects.create(user=user, recorded_at=at, received_at=at, **known)
        for state in (AFTER, BEFORE, AFTER):
            memo = migrate_to(state).get_model("capture", "Memo").objects.get()
            assert memo.recorded_at == at
            assert getattr(memo, "date_as_came", None) is None
