"""What a process holds of insights, anew: as if another process went on; and what a worker does for a page."""

from collections.abc import Iterator
from contextlib import contextmanager

from capture.models import User
from insights import tasks
from insights.models import Idea
from insights.services import process_state
from insights.services.index_cache import open_index
from insights.services.process_state import InsightsState
from insights.services.suggestions import Suggested, suggestions
from insights.services.user_index import UserIndex


def begin_new_process() -> None:
    """Hold nothing in memory any more."""
    process_state.current = InsightsState()


@contextmanager
def open_prepared(user: User, model: str) -> Iterator[UserIndex]:
    """Give a user's index as a page gets it, once a worker has made its file ready."""
    tasks.prepare_index_file(user.pk)
    with open_index(user, model) as state:
        yield state


def suggest_prepared(idea: Idea) -> list[Suggested]:
    """Return the suggestions for an idea, once a worker has made the index file ready."""
    tasks.prepare_index_file(idea.user_id)
    return suggestions(idea)
