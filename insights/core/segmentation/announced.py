"""How many ideas a speaker announces ("two things"), and where they part."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from insights.core.phrases.cues import COUNTINGS
from insights.core.segmentation.sentences import SentenceRuns

BEFORE_AT_MOST = 4
"""Words or groups of words before the number."""
FEWEST_WORDS = 3
"""Words after a comma that say something of their own: "two things, the pond leaks"."""


class Announcement(NamedTuple):
    """How many ideas are to come, and whether the sentence says nothing else."""

    ideas: int
    is_all: bool


def announced_ideas(sentence: str, language: str, *, is_punctuated: bool) -> Announcement | None:
    """Return what a sentence announces, if anything. language: ISO 639-1."""
    if language not in COUNTINGS:
        return None
    if not (found := _counting_pattern(language, is_punctuated=is_punctuated).match(sentence.lower())):
        return None
    _, comma, more = found["rest"].partition(",") if "," in found["rest"] else found["rest"].partition(":")
    own_words = more.split() if comma else found["rest"].split() if not is_punctuated else []
    ideas = COUNTINGS[language].numbers[" ".join(found["number"].split())]
    return Announcement(ideas, is_all=len(own_words) < FEWEST_WORDS)


@cache
def _counting_pattern(language: str, *, is_punctuated: bool) -> re.Pattern[str]:
    counting = COUNTINGS[language]
    number = "|".join(map(re.escape, sorted(counting.numbers, key=len, reverse=True)))
    rest = rf"(?:{counting.after})\b.*" if is_punctuated else rf"(?!(?:{counting.told})\b).*"
    return re.compile(
        rf"\W*(?:(?:{counting.before})\b\W*){{0,{BEFORE_AT_MOST}}}(?P<number>{number})\s+"
        rf"(?:(?:{counting.between})\s+)*(?:{counting.things})(?P<rest>\W*|[,:].*|\s+{rest})$",
        re.DOTALL,
    )


def with_announced_turns(
    turned: Sequence[bool], heard: SentenceRuns, scores: Sequence[float], language: str, *, least: float
) -> list[bool]:
    """Return turns, and as many more as were announced: where the scores are highest, and not under `least`.

    turned, scores: one for each place between two sentences. Who announces as many ideas as sentences follow is taken
    by the word. An announcement stays with the first of its ideas.
    """
    answer = list(turned)
    for number, sentence in enumerate(heard.sentences[:-1]):
        announcement = announced_ideas(sentence.text, language, is_punctuated=heard.is_punctuated)
        if not announcement:
            continue
        if announcement.is_all:
            answer[number] = False
        places = range(number + announcement.is_all, len(answer))
        wanted = announcement.ideas - 1
        if len(places) <= wanted:
            missing = list(places)
        else:
            open_places = [place for place in places if not answer[place] and scores[place] >= least]
            open_places.sort(key=lambda place: -scores[place])
            missing = open_places[: max(0, wanted - sum(answer[place] for place in places))]
        for place in missing:
            answer[place] = True
    return answer


def begins_along(sentence: str, language: str) -> bool:
    """Return whether a sentence begins as the next of several ideas may."""
    return language in COUNTINGS and bool(_along_pattern(language).match(sentence.lower()))


@cache
def _along_pattern(language: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{COUNTINGS[language].along})\b")
