"""A recording's words as its page shows them: by ideas, each word with its place, what is a mere sound by itself."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from insights.core.phrases.fillers import find_fillers
from insights.core.pictures.waveform import span_colour
from insights.models import Idea
from insights.services.idea_spans import word_ends, words_of_idea
from transcription.core.edit_script import Piece
from transcription.models import Transcript


class ShownWord(NamedTuple):
    """A word of a recording's page. space: the white space before it. heard: what was heard, where it is another.

    kept: what stays of it where sounds are left out; comma: its own, which goes with them.
    """

    piece: Piece
    space: str
    text: str
    heard: str
    is_filler: bool
    kept: str
    comma: str


class IdeaWords(NamedTuple):
    """Words that stand in one idea, or in none. number, colour: of the idea within the recording."""

    idea: Idea | None
    number: int
    colour: str
    words: list[ShownWord]


def words_by_idea(transcript: Transcript, ideas: Sequence[Idea], pieces: Iterable[Piece]) -> list[IdeaWords]:
    """Return pieces of a transcript in runs, one for each idea.

    ideas: all of the recording, in the order in which the page numbers them.
    """
    heard = transcript.heard()
    ends = word_ends(heard)
    idea_at: dict[int, int] = {}
    for number, idea in enumerate(ideas, start=1):
        if idea.transcript_id == transcript.pk:
            idea_at |= dict.fromkeys(range(*words_of_idea(idea, ends)), number)
    shown = [piece for piece in pieces if piece.text.strip()]
    found = find_fillers([piece.text for piece in shown], transcript.language)
    fillers, before = {one.number: one.kept for one in found}, {one.before for one in found}
    runs: list[IdeaWords] = []
    for place, piece in enumerate(shown):
        number = idea_at.get(piece.first, 0)
        if not runs or runs[-1].number != number:
            here = ideas[number - 1] if number else None
            runs.append(IdeaWords(here, number, span_colour(number) if number else "", []))
        text = piece.text.lstrip()
        stood = "".join(word.text for word in heard[piece.first : piece.last]).strip() if piece.is_changed else ""
        space = piece.text[: len(piece.text) - len(text)]
        comma = "," if place in before and text.endswith(",") else ""
        kept = fillers.get(place, "")
        runs[-1].words.append(ShownWord(piece, space, text.removesuffix(comma), stood, place in fillers, kept, comma))
    return runs
