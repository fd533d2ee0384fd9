"""Sounds with which a speaker holds the floor, by language: a page can leave them out, a text never does.

Sounds alone, and only in their own language: "um" and "er" are words in German, "like", "also" and "este" are words
wherever they are said, and "mhm" and "ja" answer something. English: what Clark and Fox Tree (Using uh and um, 2002)
count, and what Whisper's own normalizer drops (uh, um, hmm, mm). German: the hesitations of GAT 2 (Selting and others,
2009). French: Candea, Les pauses silencieuses et les phénomènes dits d'hésitation, 2000. Spanish: Machuca, Llisterri
and Ríos, Las pausas sonoras, 2015. Dutch: the protocol of the Corpus Gesproken Nederlands. Spellings by hand.
"""

from collections.abc import Sequence
from typing import NamedTuple

from transcription.core.tokens import word_parts

_FILLERS: dict[str, frozenset[str]] = {
    "en": frozenset({"uh", "uhh", "uhm", "um", "umm", "er", "erm", "hm", "hmm", "mm", "mmm"}),
    "de": frozenset({"äh", "ähh", "ähm", "ähmm", "öh", "öhm", "hm", "hmm"}),
    "fr": frozenset({"euh", "euhh", "heu", "hum", "hm", "hmm"}),
    "es": frozenset({"eh", "ehh", "em", "ehm", "mm", "mmm"}),
    "it": frozenset({"ehm", "uhm", "mm", "mmm"}),
    "nl": frozenset({"uh", "uhh", "uhm", "eh", "ehm", "hm", "hmm"}),
}
_ENDS = ".?!…"


class Filler(NamedTuple):
    """A word that may be left out. kept: the sign that stays in its place, as it ends a sentence.

    before: the number of the word after which that sign stands then, without a comma of its own; None where none stays.
    """

    number: int
    kept: str = ""
    before: int | None = None


def find_fillers(texts: Sequence[str], language: str) -> list[Filler]:
    """Return which words of a text are fillers. texts: the words, each with the punctuation around it.

    language: ISO 639-1; of others than those above nothing is known.
    """
    sounds = _FILLERS.get(language, frozenset())
    found, stands = list[Filler](), None
    for number, text in enumerate(texts):
        _before, core, after = word_parts(text)
        if core.casefold() not in sounds:
            stands = number
            continue
        sign = after.strip()[:1]
        last = texts[stands].rstrip()[-1:] if stands is not None else ""
        is_open = last.isalnum() or last == ","
        if is_open and sign and sign in _ENDS:
            found.append(Filler(number, sign, stands))
            stands = None
        else:
            found.append(Filler(number))
    return found
