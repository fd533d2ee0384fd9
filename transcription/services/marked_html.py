"""A marked text as HTML: words that may not have been said are faint, and have brackets that are only read out."""

from collections.abc import Iterable

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from transcription.core.warnings.marks import MarkedText
from transcription.warning_text import mark_brackets

FAINT = '<span class="doubtful" title="{}"><span class="hidden">{}</span>{}<span class="hidden">{}</span></span>'


def marked_text(marked: Iterable[MarkedText], limit: int = 0, empty: str = "") -> SafeString:
    """Return a marked text as HTML. limit: characters at most, 0 for all. empty: what stands where there is none."""
    shown = _shortened(marked, limit) if limit else marked
    html = "".join(_faint(text) if is_doubtful else escape(text) for text, is_doubtful in shown)
    return SafeString(html or escape(empty))


def _faint(text: str) -> SafeString:
    before, after = mark_brackets()
    return format_html(FAINT, _("Perhaps nobody said this."), before, text, after)


def _shortened(marked: Iterable[MarkedText], limit: int) -> list[MarkedText]:
    found, room = list[MarkedText](), limit
    for text, is_doubtful in marked:
        if len(text) > room:
            return [*found, MarkedText(f"{text[: max(room - 1, 0)]}…", is_doubtful)]
        found.append(MarkedText(text, is_doubtful))
        room -= len(text)
    return found
