"""What an idea is: a task, a question, or a thought as most are. To filter by, never to judge. Pure.

Rules of spaCy's Matcher on the words themselves (`insights.core.phrases.kinds`), sentence by sentence.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from insights.core.language.spacy_blank import blank
from insights.core.mood import wants_done, wants_known
from insights.core.phrases.kinds import OPENERS, QUESTIONS, TASKS, Phrases
from insights.core.segmentation.cues import without_cue

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher

OPENERS_AT_MOST = 3
QUESTION_MARKS = ("?", "？", "؟", ";")  # noqa: RUF001 - marks of other scripts are meant
"""How a question ends, in Latin script, Chinese and Japanese, Arabic, Greek."""


class IdeaKind(StrEnum):
    """What an idea is."""

    THOUGHT = "thought"
    TASK = "task"
    QUESTION = "question"


def kind_of(idea: str, language: str) -> IdeaKind:
    """Return what an idea is: a task if any of its sentences is one, else a question. language: ISO 639-1."""
    rules, matcher = _sentence_matcher(language)
    found = set()
    for sentence in rules(without_cue(idea, language)).sents:
        said = sentence.as_doc()
        # A question about a task ("should I call Anna?") asks.
        if said.text.rstrip().endswith(QUESTION_MARKS if language == "el" else QUESTION_MARKS[:3]):
            found.add(IdeaKind.QUESTION)
            continue
        if wants_known(said.text, language):
            found.add(IdeaKind.QUESTION)
        elif wants_done(said.text, language):
            found.add(IdeaKind.TASK)
        elif len(matcher):
            found |= {IdeaKind(rules.vocab.strings[name]) for name, _, _ in matcher(said)}
    return next((kind for kind in (IdeaKind.TASK, IdeaKind.QUESTION) if kind in found), IdeaKind.THOUGHT)


@cache
def _sentence_matcher(language: str) -> "tuple[Language, Matcher]":
    from spacy.matcher import Matcher

    rules = blank(language)
    rules.add_pipe("sentencizer")
    matcher = Matcher(rules.vocab)
    for kind, table in ((IdeaKind.TASK, TASKS), (IdeaKind.QUESTION, QUESTIONS)):
        if patterns := list(_phrase_patterns(table, language)):
            matcher.add(kind, patterns)
    return rules, matcher


def _phrase_patterns(table: Mapping[str, Phrases], language: str) -> Iterable[list[dict[str, Any]]]:
    """Yield what matches a language's phrases: those that open a sentence at its beginning, the others anywhere."""
    if language not in table:
        return
    opener: list[dict[str, Any]] = [{"LOWER": {"IN": list(OPENERS[language])}}, {"IS_PUNCT": True, "OP": "?"}]
    for phrase in table[language].opens:
        for openers in range(OPENERS_AT_MOST + 1):
            first, *others = _token_patterns(phrase)
            start = {"IS_SENT_START": True}
            if openers:
                yield [{**opener[0], **start}, opener[1], *(opener * (openers - 1)), first, *others]
            else:
                yield [{**first, **start}, *others]
    for phrase in table[language].holds:
        yield _token_patterns(phrase)


def _token_patterns(phrase: str) -> list[dict[str, Any]]:
    return [{"LOWER": {"NOT_IN" if word[0] == "!" else "IN": word.lstrip("!").split("|")}} for word in phrase.split()]
