"""The words of one idea as a person has them, changed where the idea stands: kept as edits of its transcript."""

from collections.abc import Collection
from typing import NamedTuple

from capture.models import User
from insights.models import Idea
from insights.services.idea_spans import word_ends, words_of_idea
from transcription.core.edit_script import Piece, text_of, text_pieces
from transcription.services.edits import edit_text


class _AroundIdea(NamedTuple):
    """A transcript's text before an idea, in it, and after it."""

    before: str
    within: str
    after: str


def edit_idea(idea: Idea, text: str, *, by: User, seen: Collection[int] | None = None) -> int:
    """Save edits that make an idea's words these; all else of the transcript stays. Returns how many places changed.

    seen: the keys of the edits that stood in the words that were changed; those that stand now, if None. Raises
    ChangedMeanwhile as `edit_text` does.
    """
    edits = idea.transcript.edits.all()
    stood = [edit.change() for edit in edits if (edit.pk in seen if seen is not None else edit.undone_at is None)]
    around = _around(idea, text_pieces(idea.transcript.heard(), stood))
    lead = around.within[: len(around.within) - len(around.within.lstrip())]
    trail = around.within[len(around.within.rstrip()) :]
    return edit_text(idea.transcript, f"{around.before}{lead}{text.strip()}{trail}{around.after}", by=by, seen=seen)


def _around(idea: Idea, pieces: list[Piece]) -> _AroundIdea:
    here = words_of_idea(idea, word_ends(idea.transcript.heard()))
    return _AroundIdea(
        text_of(piece for piece in pieces if piece.first < here.first),
        text_of(piece for piece in pieces if here.first <= piece.first < here.end),
        text_of(piece for piece in pieces if piece.first >= here.end),
    )
