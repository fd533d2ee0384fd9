"""What was looked for, marked where it stands in an idea."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django import template

from insights.core.search.query import Span
from insights.models import Idea
from transcription.core.warnings.marks import MarkedText

register = template.Library()


class FoundPart(NamedTuple):
    """A part of what is said in an idea, which was looked for as a whole, or not at all."""

    marked: list[MarkedText]
    is_found: bool


@register.simple_tag
def cut_at_spans(idea: Idea, spans: Sequence[Span]) -> list[FoundPart]:
    """Return what is said in an idea, cut where what was looked for begins and ends, and where doubt does."""
    found, start = list[FoundPart](), 0
    for text, is_doubtful in idea.marked:
        edges = {edge - start for span in spans for edge in span if start < edge < start + len(text)}
        for begin, end in pairwise([0, *sorted(edges), len(text)]):
            is_found = any(span.start <= start + begin < span.end for span in spans)
            found.append(FoundPart([MarkedText(text[begin:end], is_doubtful)], is_found))
        start += len(text)
    return found
