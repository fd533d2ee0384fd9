"""Tasks, questions and thoughts: by how they are worded, in four languages."""

import json
from pathlib import Path
from zlib import crc32

import pytest

from insights.core.classify import IdeaKind, kind_of
from insights.core.mood import plain_clauses, wants_done, wants_known
from insights.core.phrases.kinds import OPENERS, QUESTIONS, TASKS

KINDS = Path(__file__).parents[2] / "assets" / "kinds"
Labelled = dict[str, str]


def labelled(name: str) -> list[Labelled]:
    return [json.loads(line) for line in (KINDS / name).read_text(encoding="utf-8").splitlines()]


def share_right(rows: list[Labelled]) -> float:
    return sum(kind_of(row["text"], row["language"]) == row["kind"] for row in rows) / len(rows)


@pytest.mark.parametrize(("language", "floor"), [("en", 0.96), ("de", 1), ("es", 1), ("fr", 1)])
def test_sentences_that_the_tables_were_not_written_for_have_their_kind(language: str, floor: float) -> None:
    held_out = [row for row in labelled("sentences.jsonl") if crc32(row["template"].encode()) % 2]
    assert share_right([row for row in held_out if row["language"] == language]) >= floor


@pytest.mark.parametrize(("person", "floor"), [("mara", 0.96), ("noor", 0.95), ("dev", 0.96)])
def test_ideas_of_people_have_their_kind(person: str, floor: float) -> None:
    assert share_right([row for row in labelled("people.jsonl") if row["template"] == person]) >= floor


@pytest.mark.parametrize(
    ("sentence", "done", "known"),
    [
        ("Build a compost box.", True, False),
        ("build a compost box", True, False),
        ("For the garden, build a compost box", True, False),
        ("The passport runs out, do the form.", True, False),
        ("Water is dripping from the wall.", False, False),
        ("Water the beans.", True, False),
        ("Did the morning at the shop, put it back.", False, True),
        ("Do the dishes.", True, False),
        ("Do you know the code.", False, True),
        ("Which is fine.", False, False),
        ("Which one is fine.", False, True),
        ("That's the wrong key, isn\u2019t it.", False, True),
        ("It isn't it.", False, False),
        ("", False, False),
    ],
)
def test_a_sentence_wants_something_done_or_known_by_how_it_opens(sentence: str, done: bool, known: bool) -> None:
    assert (wants_done(sentence, "en"), wants_known(sentence, "en")) == (done, known)
    assert (wants_done(sentence, "zz"), wants_known(sentence, "zz")) == (False, False)


def test_clauses_are_plain_but_for_names() -> None:
    assert plain_clauses("Um, I'll call Anna \u2014 and, I hope, Bob!") == [
        "um",
        "i'll call Anna",
        "and",
        "i hope",
        "Bob",
    ]


@pytest.mark.parametrize(
    ("idea", "language", "kind"),
    [
        ("Build a compost box.", "en", IdeaKind.TASK),
        ("Call Anna tomorrow.", "en", IdeaKind.TASK),
        ("Is the pool open. Call Anna.", "en", IdeaKind.TASK),
        ("Is the pool open.", "en", IdeaKind.QUESTION),
        ("And, um, call Anna.", "en", IdeaKind.TASK),
        ("Oh, and another idea: buy seeds.", "en", IdeaKind.TASK),
        ("The beans are dry. Remember to water them.", "en", IdeaKind.TASK),
        ("Don't forget the bins.", "en", IdeaKind.TASK),
        ("I've got to ring the dentist.", "en", IdeaKind.TASK),
        ("need to ring mum's gp", "en", IdeaKind.TASK),
        ("He said he would call me.", "en", IdeaKind.THOUGHT),
        ("I should've known.", "en", IdeaKind.THOUGHT),
        ("Book club is at ours in March.", "en", IdeaKind.THOUGHT),
        ("The order was late.", "en", IdeaKind.THOUGHT),
        ("I wonder whether beans need salt.", "en", IdeaKind.QUESTION),
        ("So, what if the keeper knows.", "en", IdeaKind.QUESTION),
        ("Should I call Anna?", "en", IdeaKind.QUESTION),
        ("I wonder if it rains. Buy an umbrella.", "en", IdeaKind.TASK),
        ("Ruf Anna an.", "de", IdeaKind.TASK),
        ("Nicht vergessen, Milch.", "de", IdeaKind.TASK),
        ("Ich frage mich, ob das geht.", "de", IdeaKind.QUESTION),
        ("Das war ein guter Abend.", "de", IdeaKind.THOUGHT),
        ("Tengo que llamar a mamá.", "es", IdeaKind.TASK),
        ("Me pregunto si vale la pena.", "es", IdeaKind.QUESTION),
        ("Los tomates crecen.", "es", IdeaKind.THOUGHT),
        ("Il faut appeler le médecin.", "fr", IdeaKind.TASK),
        ("Je me demande si ça marche.", "fr", IdeaKind.QUESTION),
        ("Les tomates poussent.", "fr", IdeaKind.THOUGHT),
        ("Call Anna.", "de", IdeaKind.THOUGHT),
        ("为什么要下雨\uff1f", "zh", IdeaKind.QUESTION),
        ("今日は晴れ", "ja", IdeaKind.THOUGHT),
        ("Anything.", "zz", IdeaKind.THOUGHT),
        ("", "en", IdeaKind.THOUGHT),
    ],
)
def test_a_kind_is_how_it_is_worded(idea: str, language: str, kind: IdeaKind) -> None:
    assert kind_of(idea, language) == kind


def test_a_language_has_all_tables_or_none() -> None:
    assert OPENERS.keys() == TASKS.keys() == QUESTIONS.keys() == {"en", "de", "es", "fr"}


def test_phrases_are_in_lower_case() -> None:
    for table in (TASKS, QUESTIONS):
        for phrases in table.values():
            assert all(phrase == phrase.lower() for phrase in (*phrases.opens, *phrases.holds))
