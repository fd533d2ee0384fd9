"""The indexes of topics that this process keeps: whoever asks for a user's gets it as the rows have it now.

It is the one that is kept, or mapped from the user's file, and then brought up to date by what changed since
(`IdeaQuerySet.arranged_since`); or else a worker builds it from the rows. A web process never does: it would take the
embedder and all texts into its memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from django.db import transaction

from capture.models import User
from insights.core.embedding.protocol import Embedder
from insights.services import process_state
from insights.services.index_rows import Basis, NotAtHand, UserRows
from insights.services.index_storage import index_path, read_index_file, remove_index_file, write_index_file
from insights.services.reembed import serving_model
from insights.services.user_index import UserIndex, build_index, update_index
from insights.signals import index_wanted

FILE_LAG_IDEAS, FILE_LAG_SHARE = 100, 0.02
"""New ideas after which the file is written again: so many, and so much of all."""
FILE_LAG_VERSIONS, IDEAS_A_VERSION = 50, 1000
"""Changes of the arrangement after which it is: so many, or one for so many ideas."""
PAGE_VERSIONS = 100
"""So many changes of the arrangement are carried out on an index while a page waits."""
PAGE_LOCK_SECONDS = 0.1
"""How long a page waits for another thread that has the index."""


def take_index(user: User, embedder: Embedder) -> UserIndex:
    """Take the user's current index out of the cache, for the caller alone; return it by `give_back`."""
    with process_state.current.indexes.lock_of(user):
        return _take_current(UserRows(user, embedder.model, embedder))


@contextmanager
def open_index(user: User, model: str) -> Iterator[UserIndex]:
    """Give a page the user's index, to be looked at and not changed; other threads of this process wait.

    Raises NotAtHand where a worker has to make the file ready first (`prepare_index_file`).
    """
    lock = process_state.current.indexes.lock_of(user)
    if not lock.acquire(timeout=PAGE_LOCK_SECONDS):
        raise NotAtHand
    try:
        state = _take_at_hand(UserRows(user, model, at_once=True))
        yield state
        process_state.current.indexes.keep(user, state)
    finally:
        lock.release()


def request_index_file(user: User) -> None:
    """Announce that a page waits for the user's index: best effort, for the page asks again."""
    transaction.on_commit(lambda: index_wanted.send_robust(sender=User, id=user.pk))


def prepare_index_file(user_id: int) -> None:
    """Write a user's index file, unless a page can use the one that is there, or another thread has the index."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return
    lock = process_state.current.indexes.lock_of(user)
    if not lock.acquire(blocking=False):
        return  # the page asks again
    try:
        model = serving_model(user)
        if not _is_file_at_hand(user, model):
            state = _take_current(UserRows(user, model))
            if not _is_file_at_hand(user, model):
                state = store_index(user, state)
            process_state.current.indexes.keep(user, state)
    finally:
        lock.release()


def give_back(user: User, state: UserIndex, new: int) -> None:
    """Keep an index whose changes were written: the next version, with some new ideas."""
    basis = state.basis
    basis = basis._replace(version=basis.version + 1, model=state.model, ideas=basis.ideas + new)
    give_back_unchanged(user, replace(state, basis=basis))


def give_back_unchanged(user: User, state: UserIndex) -> None:
    """Keep an index that was only looked at, and write the file again where that is far behind."""
    ideas, version = state.stored
    is_behind = state.lacks_names or len(state.index) - ideas > max(FILE_LAG_IDEAS, FILE_LAG_SHARE * len(state.index))
    if is_behind or state.basis.version - version > max(FILE_LAG_VERSIONS, len(state.index) // IDEAS_A_VERSION):
        state = store_index(user, state)
    process_state.current.indexes.keep(user, state)


def store_index(user: User, state: UserIndex) -> UserIndex:
    """Write the file of an index, if it still is what the rows say. Returns it as one that was written."""
    rows = UserRows(user, state.model)
    if rows.ensure_basis() != state.basis:
        return state
    return write_index_file(rows, update_index(rows, state, state.basis)).add_seeds()


def renew_index_file(user_id: int) -> None:
    """Rewrite a user's index file without deleted ideas, or remove it where that fails."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not index_path(user_id).exists():
        remove_index_file(user_id)
        return
    is_renewed = False
    try:
        with process_state.current.indexes.lock_of(user):
            state = store_index(user, _take_current(UserRows(user, serving_model(user))))
            process_state.current.indexes.keep(user, state)
            is_renewed = state.stored[1] == state.basis.version
    finally:
        if not is_renewed:
            remove_index_file(user.pk)


def _take_current(rows: UserRows) -> UserIndex:
    """Return the user's index as the rows have it now, and keep it no longer."""
    basis = rows.ensure_basis()
    state: UserIndex | None = process_state.current.indexes.take(rows.user, rows.model)
    if state is not None and state.basis == basis:
        return state
    if state is None or state.basis.dated != basis.dated:
        state = read_index_file(rows, basis)
    if state is None or state.basis.dated != basis.dated:
        return write_index_file(rows, build_index(rows, basis)).add_seeds()
    return update_index(rows, state, basis).add_seeds()


def _take_at_hand(rows: UserRows) -> UserIndex:
    """Return what `_take_current` does, where that is quick and small. Raises NotAtHand."""
    basis = rows.ensure_basis()
    state: UserIndex | None = process_state.current.indexes.take(rows.user, rows.model)
    if state is not None and state.basis == basis:
        return state
    with suppress(NotAtHand):
        return _updated_quickly(rows, state, basis)
    del state  # the file may be of later
    return _updated_quickly(rows, read_index_file(rows, basis), basis)


def _updated_quickly(rows: UserRows, state: UserIndex | None, basis: Basis) -> UserIndex:
    if state is None or state.basis.dated != basis.dated or basis.version - state.basis.version > PAGE_VERSIONS:
        raise NotAtHand
    return update_index(rows, state, basis).add_seeds()


def _is_file_at_hand(user: User, model: str) -> bool:
    """Return whether a page can use the user's file."""
    rows = UserRows(user, model, at_once=True)
    basis = rows.ensure_basis()
    try:
        _updated_quickly(rows, read_index_file(rows, basis), basis)
    except NotAtHand:
        return False
    return True
