"""What is doubtful about a transcript, in sentences for people."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from transcription.core.warnings.marks import MarkedText
from transcription.core.warnings.spans import Doubt, parse_doubt
from transcription.core.words import Word, joined
from transcription.error_text import sentence_of

SENTENCES = {
    "repetitive": gettext_noop("The same words come again and again here. Perhaps they were said only once."),
    "unsure": gettext_noop("This was hard to hear, and is partly guessed."),
    "maybe no speech": gettext_noop("Perhaps nobody speaks here."),
    "phantom": gettext_noop("This is often written where nobody speaks. Perhaps it was not said."),
}


class ShownWarning(NamedTuple):
    """A sentence, and the words that it is about: none where it is about the whole recording.

    first, last: the numbers of these words, as in a doubt.
    """

    sentence: str
    words: Sequence[Word]
    first: int
    last: int

    @property
    def text(self) -> str:
        """Return what the words say."""
        return joined(self.words).strip()

    @property
    def start(self) -> float:
        """Return when the first of the words begins, in seconds."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """Return when the last of the words ends, in seconds."""
        return self.words[-1].end


def shown_warnings(warnings: Iterable[str], words: Sequence[Word]) -> Iterator[ShownWarning]:
    """Yield a transcript's warnings as sentences: those about the recording, then in the order of the words."""
    doubts = [parse_doubt(warning) or Doubt(warning, 0, 0) for warning in warnings]
    for doubt in sorted(doubts, key=lambda doubt: (doubt.last, doubt.first)):
        sentence, about = SENTENCES.get(doubt.name), words[doubt.first : doubt.last]
        yield ShownWarning(_(sentence) if sentence else sentence_of(doubt.name), about, doubt.first, doubt.last)


def mark_brackets() -> tuple[str, str]:
    """Return what is written before and after words that may not have been said, for whoever does not see them faint.

    On paper an editor writes so what is perhaps the reading: "the garden [perhaps: of my uncle] needs water".
    """
    before, _words, after = _("[perhaps: %(words)s]").partition("%(words)s")
    return before, after


def written_marks(marked: Iterable[MarkedText]) -> str:
    """Return a marked text for where nothing can be faint."""
    before, after = mark_brackets()
    return "".join(f"{before}{text}{after}" if is_doubtful else text for text, is_doubtful in marked)
