"""Where an idea may end: at the ends of sentences, and where punctuation is lacking, at pauses and cue phrases."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from insights.core.language.spacy_blank import blank
from insights.core.segmentation.cues import announces
from transcription.core.words import Word, joined

if TYPE_CHECKING:
    from spacy.language import Language

UNPUNCTUATED_PAUSE_SECONDS = 0.35
"""Seconds that may end a sentence in text without punctuation. Three in four of the development sets' do."""
UNPUNCTUATED_WORDS = 40
"""A sentence longer than this on average has lost its punctuation."""
LOST_MARK_SECONDS = 0.6
"""Seconds before a word with a capital, after one without a mark, that end a sentence: Whisper forgets marks there."""
NOUNS_WITH_CAPITALS = ("de", "lb")
PIECE_CHARACTERS = 500_000
"""Of a text that spaCy looks at at once: it takes a thousand bytes a character."""
CUE_WORDS = 7
"""Words in which an announcement is looked for."""
CLOSING = "\"'”’»›)」』】〉》）"  # noqa: RUF001 - quotation marks are meant
MARK = re.compile(r"[.,;:?!…。、，！？।؟۔]")  # noqa: RUF001 - marks of other scripts are meant
UNFINISHED = {
    "en": "a an the my your our their this these i we he she they i'm it's of to for with from at into and or but "
    "because if than very one is are was were will would can could should have has need needs want",
    "de": "der die das ein eine einen von zu für mit und oder weil ist sind war ich wir",
    "es": "el la los las un una de a para con y o porque es son yo",
    "fr": "le la les un une de du des à pour avec et ou est sont je nous",
}
"""Words after which no sentence ends, however long the speaker thinks."""


class Sentence(NamedTuple):
    """A run of whole words, from the first to the last, and the text of it."""

    first: int
    last: int
    text: str


class SentenceRuns(NamedTuple):
    """A transcript's sentences, and whether punctuation told them apart."""

    sentences: list[Sentence]
    is_punctuated: bool


def find_sentences(words: Sequence[Word], language: str) -> SentenceRuns:
    """Return the sentences of a transcript, in order, together holding every word. words: at least one."""
    text = joined(words)
    is_spaced = 2 * len(text.split()) > len(words)
    marks = _marked_ends(text, language) if is_spaced else [mark.end() for mark in _terminal_marks().finditer(text)]
    lasts, position, passed = [], 0, 0
    for number, word in enumerate(words):
        position += len(word.text)
        # A mark may stand inside what the engine calls a word: the sentence goes on to the word's end.
        if passed < len(marks) and marks[passed] <= position:
            passed = bisect_right(marks, position)
            lasts.append(number)
    lasts = sorted({*lasts, *_lost_marks(words, language), len(words) - 1})
    is_punctuated = len(words) / len(lasts) <= UNPUNCTUATED_WORDS and bool(MARK.search(text))
    if not is_punctuated:
        lasts = [*_breaks(words, language), len(words) - 1]
    firsts = [0, *(last + 1 for last in lasts[:-1])]
    runs = zip(firsts, lasts, strict=True)
    return SentenceRuns([Sentence(first, last, joined(words[first : last + 1])) for first, last in runs], is_punctuated)


def _lost_marks(words: Sequence[Word], language: str) -> list[int]:
    """Return the words after which a mark is lacking, by the pause and the capital that follow."""
    if language in NOUNS_WITH_CAPITALS:
        return []
    return [
        number
        for number, (word, following) in enumerate(pairwise(words))
        if following.start - word.end >= LOST_MARK_SECONDS
        and following.text.strip()[:1].isupper()
        and not MARK.search(word.text.strip()[-1:])
    ]


def _marked_ends(text: str, language: str) -> list[int]:
    """Return where sentences end by spaCy's rules, in characters. A long text is read in pieces, which end some too."""
    rules = _sentencizer(language)
    ends, at = [], 0
    while at < len(text):
        end = at + PIECE_CHARACTERS
        if end < len(text) and (space := text.rfind(" ", at, end)) > at:
            end = space
        ends += [at + sentence.end_char for sentence in rules(text[at:end]).sents]
        at = end
    return ends


@cache
def _sentencizer(language: str) -> "Language":
    """Return spaCy's rules for the ends of sentences."""
    rules = blank(language)
    rules.add_pipe("sentencizer")
    return rules


@cache
def _terminal_marks() -> re.Pattern[str]:
    """Return what matches the end of a sentence in text without spaces (UAX 29, SB11): its marks, and what closes.

    spaCy finds words between spaces, and so no sentence in Japanese, Chinese or Thai.
    """
    from spacy.pipeline import Sentencizer

    marks = "".join(map(re.escape, Sentencizer.default_punct_chars))
    return re.compile(rf"[{marks}]+[{re.escape(CLOSING)}]*(?!\d)")


def _breaks(words: Sequence[Word], language: str) -> list[int]:
    """Return the words that may end a sentence in text without punctuation: before a pause, or before a cue phrase."""
    unfinished = UNFINISHED.get(language, "").split()
    return [
        number
        for number, (word, following) in enumerate(pairwise(words))
        if word.text.strip().lower() not in unfinished
        and (
            following.start - word.end >= UNPUNCTUATED_PAUSE_SECONDS
            or announces(joined(words[number + 1 : number + 1 + CUE_WORDS]), language)
        )
    ]
