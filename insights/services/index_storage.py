"""The file of a user's index of topics: where it is, what is written of whose it is, and when it is believed.

The file is a copy and nothing else: without it, or with one that is damaged, of another model or of another version of
the code, the index is built from the rows.
"""

import logging
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from capture.models import User
from insights.core.search.meanings import Meanings
from insights.core.topics.index_file import Damaged, read_index, read_meanings, unfinished_file, write_index
from insights.services.index_rows import Basis, UserRows
from insights.services.topic_seeds import TopicSeed
from insights.services.user_index import UserIndex

log = logging.getLogger(__name__)


def index_path(user_id: int) -> Path:
    """Return where the file of a user's index is, if there is one."""
    return Path(settings.HOME) / "indexes" / f"{user_id}.index"


def read_index_file(rows: UserRows, basis: Basis) -> UserIndex | None:
    """Return the index of a user's file as of when it was written, without its seeds; None where it is not believed.

    basis: of now. A file that is newer than that is of another database.
    """
    try:
        stored = read_index(index_path(rows.user.pk), uuid.uuid4, _believed(rows, basis.version))
    except Damaged:
        return None
    about, index = stored.about, stored.index
    hidden = frozenset((UUID(memo), datetime.fromisoformat(at)) for memo, at in about["hidden"])
    dated = frozenset((UUID(memo), datetime.fromisoformat(at)) for memo, at in about.get("dated", ()))
    as_of = Basis(about["version"], about["serving"], about["ideas"], hidden, dated)
    seeds = {
        UUID(key): TopicSeed(text, np.frombuffer(b64decode(vector), np.float32), words)
        for key, (text, vector, words) in about["seeds"].items()
    }
    index.name_topics({key: seed.vector for key, seed in seeds.items()})
    return UserIndex(
        as_of, rows.model, index, stored.ranker, None, about["outside"], seeds, (len(index), as_of.version)
    )


def _believed(rows: UserRows, version: int) -> Callable[[dict[str, Any]], bool]:
    """Return what says of a file, by what was said of it, whether it is of this user, model and database."""
    mine = {"user": rows.user.pk, "joined": rows.user.date_joined.isoformat(), "model": rows.model}

    def is_believed(about: dict[str, Any]) -> bool:
        is_mine = all(about[name] == value for name, value in mine.items())
        return is_mine and about["version"] <= version and rows.has_correction(about["said"])

    return is_believed


def read_meanings_file(rows: UserRows, version: int) -> tuple[int, Meanings] | None:
    """Return what a user's ideas meant when their file was written, and at which version of the arrangement that was.

    None where there is no file that is believed. version: of now.
    """
    try:
        about, meanings = read_meanings(index_path(rows.user.pk), _believed(rows, version))
    except Damaged:
        return None
    return about["version"], meanings


def write_index_file(rows: UserRows, state: UserIndex) -> UserIndex:
    """Write the file of an index that has no seeds in it; returns it as one that is stored, if it could be written."""
    basis, user = state.basis, rows.user
    about = {
        "user": user.pk,
        "joined": user.date_joined.isoformat(),
        "model": state.model,
        "version": basis.version,
        "serving": basis.model,
        "ideas": basis.ideas,
        "hidden": sorted((str(memo), at.isoformat()) for memo, at in basis.hidden if at is not None),
        "dated": sorted((str(memo), at.isoformat()) for memo, at in basis.dated),
        "outside": state.outside,
        "seeds": {
            str(key): (text, b64encode(vector.tobytes()).decode(), words)
            for key, (text, vector, words) in state.seeds.items()
        },
        "said": rows.last_correction(),
    }
    try:
        is_written = write_index(index_path(user.pk), state.index, state.ranker, about)
    except OSError as reason:
        log.warning("The index of a person's topics is not kept in a file: %s", reason.strerror)
        is_written = False
    if not User.objects.filter(pk=user.pk).exists():  # the account was erased meanwhile
        remove_index_file(user.pk)
    return replace(state, stored=(len(state.index), basis.version), lacks_names=False) if is_written else state


def remove_index_file(user_id: int) -> None:
    """Remove a user's file, and one that was not written to its end."""
    for path in (index_path(user_id), unfinished_file(index_path(user_id))):
        path.unlink(missing_ok=True)


def remove_file_of_deleted_user(instance: User, **_signal: Any) -> None:
    """Remove the file of a user whose account is deleted, once that is committed. A receiver of `post_delete`."""
    user_id = instance.pk
    transaction.on_commit(lambda: remove_index_file(user_id))
