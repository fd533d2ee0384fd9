"""Whether a sentence announces something else, and what it says after that."""

import re
from functools import cache

from insights.core.phrases.cues import CUES, OPENERS

OPENERS_AT_MOST = 3


def has_cue(sentence: str, language: str) -> bool:
    """Return whether a sentence begins by announcing something else, a few openers ("oh, and") aside."""
    return bool(_cue(language).match(sentence))


def announces(words: str, language: str) -> bool:
    """Return whether words out of running text announce something else: one word alone ("anyway") may be anything."""
    return bool(_cue(language, least_words=2).match(words))


def without_cue(idea: str, language: str) -> str:
    """Return what an idea says after its announcement: what it is about, for whoever compares ideas."""
    return idea[cue.end() :] or idea if (cue := _cue(language).match(idea)) else idea


@cache
def _cue(language: str, *, least_words: int = 1) -> re.Pattern[str]:
    """Return what matches openers and a cue phrase at the beginning; nothing, in a language without a table."""
    phrases = [cue for cue in CUES.get(language, ()) if len(cue.split()) >= least_words]
    longest_first = sorted(phrases, key=len, reverse=True)
    cues = "|".join(r"\W+".join(map(re.escape, cue.split())) for cue in longest_first) or r"(?!)"
    openers = "|".join(OPENERS.get(language, ())) or r"(?!)"
    return re.compile(rf"\W*(?:(?:{openers})\b\W*){{0,{OPENERS_AT_MOST}}}(?:{cues})\b\W*", re.IGNORECASE)
