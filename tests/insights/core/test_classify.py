"""Tasks, questions and thoughts: by how they are worded, in four languages."""

import pytest

from insights.core.classify import IdeaKind, kind_of
from insights.core.phrases.kinds import OPENERS, QUESTIONS, TASKS


@pytest.mark.parametrize(
    ("idea", "language", "kind"),
    [
        ("Call Anna tomorrow.", "en", IdeaKind.TASK),
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
