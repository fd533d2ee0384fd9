"""What a running service was given stands in a file that goes when it does, for it may hold passwords."""

import os
from pathlib import Path

from config.runner import lock

GIVEN = {"DATABASE_URL": "postgres://me:secret@localhost/notes"}


def test_commands_elsewhere_know_what_the_service_was_given(tmp_path: Path) -> None:
    held = lock.acquire(tmp_path)
    lock.write_settings(tmp_path, GIVEN)
    assert lock.running_settings(tmp_path) == GIVEN
    lock.delete_settings(tmp_path)
    assert lock.running_settings(tmp_path) == GIVEN
    os.close(held)


def test_nothing_of_it_stays_when_the_service_is_gone_however_it_went(tmp_path: Path) -> None:
    held = lock.acquire(tmp_path)
    lock.write_settings(tmp_path, GIVEN)
    os.close(held)
    assert lock.running_settings(tmp_path) == {}
    assert not (tmp_path / lock.SETTINGS_FILE).exists()
    lock.delete_settings(tmp_path)
