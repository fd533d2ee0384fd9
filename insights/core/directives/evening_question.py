"""Whether a memo asks the question of the night, and which ("tonight's question: how does a hand let go?"). Pure.

Only when certain: what speaks about such a question ("tonight's question was hard") asks none.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from insights.core.directives.tokens import WORD, SpokenToken, Stop, split_words, spoken_tokens
from insights.core.phrases.cues import OPENERS
from insights.core.phrases.directives import ARTICLES, GOING_ON
from insights.core.phrases.evening import ASKING, COPULAS, EVENING_FRAMES
from transcription.core.words import Word, joined

MAX_OPENERS = 3
MIN_QUESTION_WORDS = 2
MIN_TOLD_WORDS = 4
"""Words that follow "tonight's question is" where nothing shows that they ask."""
OPENING_MARK = "¿"


class QuestionSpan(NamedTuple):
    """Which characters of a memo's text are the question."""

    text_start: int
    text_end: int


def match_evening_question(words: Sequence[Word], language: str) -> QuestionSpan | None:
    """Return where in the joined text the question stands that a memo begins to ask, or None. language: ISO 639-1."""
    if language not in EVENING_FRAMES:
        return None
    heard = spoken_tokens(words)
    first = _first_of_question(heard, language)
    if first is None:
        return None
    text = joined(words)
    begins = [found.start() for found in WORD.finditer(text)]
    # Words that were cut apart in the middle are other ones in the text: then it is not known where it begins.
    if len(begins) != len(heard):
        return None
    start = begins[first]
    return QuestionSpan(start - 1 if text[start - 1 : start] == OPENING_MARK else start, len(text.rstrip()))


def _first_of_question(heard: Sequence[SpokenToken], language: str) -> int | None:
    words = [one.word for one in heard]
    for begin in _places_of_frame(words, language):
        for frame in _frames(EVENING_FRAMES, language):
            end = begin + len(frame)
            if words[begin:end] != frame or heard[end - 1].asks:
                continue
            first = _after_copula(words, end, language)
            if _asks(heard, end, first, language):
                return first
    return None


def _places_of_frame(words: Sequence[str], language: str) -> list[int]:
    """Return where the frame may begin: first, or after "okay" and the like, an article or "my"."""
    skipped = {*OPENERS.get(language, ()), *ARTICLES[language].split()}
    places = [0]
    for number, word in enumerate(words[:MAX_OPENERS], start=1):
        if word not in skipped:
            break
        places.append(number)
    return places


def _after_copula(words: Sequence[str], end: int, language: str) -> int:
    """Return the first word after what may stand between the frame and the question."""
    for copula in sorted(_frames(COPULAS, language), key=len, reverse=True):
        if words[end : end + len(copula)] == copula:
            return end + len(copula)
    return end


def _asks(heard: Sequence[SpokenToken], end: int, first: int, language: str) -> bool:
    """Return whether what follows is a question: it begins like one or ends like one, or is set apart as one."""
    follows = heard[first:]
    if len(follows) < MIN_QUESTION_WORDS:
        return False
    if follows[0].word in ASKING[language].split():
        return True
    if follows[0].word in GOING_ON[language].split():
        return False
    if heard[first - 1].stop is not Stop.NONE:
        return True
    return first > end and (len(follows) >= MIN_TOLD_WORDS or any(one.asks for one in follows))


@cache
def _frames_of(table: tuple[str, ...]) -> list[list[str]]:
    return [split_words(frame) for frame in table]


def _frames(tables: dict[str, tuple[str, ...]], language: str) -> list[list[str]]:
    return _frames_of(tables[language])
