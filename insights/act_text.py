"""The list to act on as text: to be copied, and kept elsewhere."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from insights.models import ReviewState


def acts_as_text(states: Iterable[ReviewState], *, is_markdown: bool = False) -> str:
    """Return the list, a line each, with what may not have been said in brackets; as Markdown with boxes to tick."""
    page = {"states": states, "is_markdown": is_markdown, "title": _("To act on")}
    return render_to_string("insights/acts.txt", page)
