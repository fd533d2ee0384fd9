"""Whether a sentence wants something done or known, by how its clauses open (`insights.core.phrases.moods`). Pure.

Whisper often writes no question mark, and nobody who dictates says "to do": "Build a box", "Is the pool open."
"""

import re
from functools import cache
from typing import NamedTuple

from insights.core.phrases.moods import OPENINGS

APOSTROPHE = "\u2019"
_CLAUSE_END = re.compile(r"[,;:.!?\u2013\u2014]+(?:\s+|$)")
_NO_WORD = re.compile(r"[^\w'\- ]+")


class _Mood(NamedTuple):
    leads: re.Pattern[str]
    frames: re.Pattern[str]
    wants_done: re.Pattern[str]
    wants_done_later: re.Pattern[str]
    wants_known: re.Pattern[str]
    tags: re.Pattern[str]


@cache
def _mood(language: str) -> _Mood | None:
    if not (openings := OPENINGS.get(language)):
        return None

    def compiled(patterns: tuple[str, ...], leads: str = openings.leads) -> re.Pattern[str]:
        return re.compile(rf"{leads}(?:{'|'.join(patterns) or '(?!)'})")

    return _Mood(
        re.compile(openings.leads),
        compiled((openings.frames,)),
        compiled(openings.wants_done),
        compiled(openings.wants_done_later),
        compiled(openings.wants_known),
        re.compile(rf"(?:{'|'.join(openings.tags) or '(?!)'})"),
    )


def wants_done(sentence: str, language: str) -> bool:
    """Return whether a sentence wants something done. language: ISO 639-1."""
    if not (mood := _mood(language)):
        return False
    clauses = plain_clauses(sentence)
    opening = _opening_clauses(clauses, mood)
    return any(mood.wants_done.match(clause) for clause in opening) or any(
        mood.wants_done_later.match(clause) for clause in clauses[len(opening) :]
    )


def wants_known(sentence: str, language: str) -> bool:
    """Return whether a sentence asks, with a question mark or without. language: ISO 639-1."""
    if not (mood := _mood(language)):
        return False
    clauses = plain_clauses(sentence)
    return any(mood.wants_known.match(clause) for clause in _opening_clauses(clauses, mood)) or bool(
        clauses[1:] and mood.tags.fullmatch(clauses[-1])
    )


def plain_clauses(sentence: str) -> list[str]:
    """Return what stands between commas, in lower case but for names, without other marks; empty ones left out."""
    pieces = _CLAUSE_END.split(sentence.replace(APOSTROPHE, "'"))
    clauses = []
    for number, piece in enumerate(pieces):
        words = _NO_WORD.sub(" ", piece).split()
        if not words:
            continue
        small = words if number else [words[0].lower(), *words[1:]]
        clauses.append(" ".join(word.lower() if word == "I" or word.startswith("I'") else word for word in small))
    return clauses


def _opening_clauses(clauses: list[str], mood: _Mood) -> list[str]:
    """Return the clauses up to the first that does not only lead to the next."""
    for number, clause in enumerate(clauses):
        if not (mood.leads.fullmatch(f"{clause} ") or mood.frames.match(clause)):
            return clauses[: number + 1]
    return clauses
