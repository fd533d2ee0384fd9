"""The list to act on as text: to be copied, and kept elsewhere."""

from collections.abc import Iterable

from django.utils.dateformat import format as date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from insights.models import ReviewState
from transcription.warning_text import written_marks


def acts_as_text(states: Iterable[ReviewState]) -> str:
    """Return the list, a line each, with what may not have been said in brackets."""
    return "".join(f"{'x' if state.done_at else '-'} {_act_line(state)}\n" for state in states)


def acts_as_markdown(states: Iterable[ReviewState]) -> str:
    """Return the list as Markdown, with boxes that are ticked or not."""
    rows = "".join(f"- [{'x' if state.done_at else ' '}] {_act_line(state)}\n" for state in states)
    return f"# {_('To act on')}\n\n{rows}"


def _act_line(state: ReviewState) -> str:
    idea = state.idea
    said = " ".join(written_marks(idea.marked).split())
    where = [idea.topic.name] if idea.topic and not idea.topic.hidden else []
    return f"{said} ({', '.join([*where, date_format(localtime(idea.memo.recorded_at), 'j F Y')])})"
