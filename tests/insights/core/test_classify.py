"""Tasks, questions and thoughts: by how they are worded, in four languages."""

import pytest

from insights.core.classify import Kind, kind_of
from insights.core.phrases.kinds import OPENERS, QUESTIONS, TASKS


@pytest.mark.parametrize(
    ("idea", "language", "kind"),
    [
        ("Call Anna tomorrow.", "en", Kind.TASK),
        ("And, um, call Anna.", "en", Kind.TASK),
        ("Oh, and another idea: buy seeds.", "en", Kind.TASK),
        ("The beans are dry. Remember to water them.", "en", Kind.TASK),
        ("Don't forget the bins.", "en", Kind.TASK),
        ("I've got to ring the dentist.", "en", Kind.TASK),
        ("need to ring mum's gp", "en", Kind.TASK),
        ("He said he would call me.", "en", Kind.THOUGHT),
        ("I should've known.", "en", Kind.THOUGHT),
        ("Book club is at ours in March.", "en", Kind.THOUGHT),
        ("The order was late.", "en", Kind.THOUGHT),
        ("I wonder whether beans need salt.", "en", Kind.QUESTION),
        ("So, what if the keeper knows.", "en", Kind.QUESTION),
        ("Should I call Anna?", "en", Kind.QUESTION),
        ("I wonder if it rains. Buy an umbrella.", "en", Kind.TASK),
        ("Ruf Anna an.", "de", Kind.TASK),
        ("Nicht vergessen, Milch.", "de", Kind.TASK),
        ("Ich frage mich, ob das geht.", "de", Kind.QUESTION),
        ("Das war ein guter Abend.", "de", Kind.THOUGHT),
        ("Tengo que llamar a mamá.", "es", Kind.TASK),
        ("Me pregunto si vale la pena.", "es", Kind.QUESTION),
        ("Los tomates crecen.", "es", Kind.THOUGHT),
        ("Il faut appeler le médecin.", "fr", Kind.TASK),
        ("Je me demande si ça marche.", "fr", Kind.QUESTION),
        ("Les tomates poussent.", "fr", Kind.THOUGHT),
        ("Call Anna.", "de", Kind.THOUGHT),
        ("为什么要下雨\uff1f", "zh", Kind.QUESTION),
        ("今日は晴れ", "ja", Kind.THOUGHT),
        ("Anything.", "zz", Kind.THOUGHT),
        ("", "en", Kind.THOUGHT),
    ],
)
def test_a_kind_is_how_it_is_worded(idea: str, language: str, kind: Kind) -> None:
    assert kind_of(idea, language) == kind


def test_a_language_has_all_tables_or_none() -> None:
    assert OPENERS.keys() == TASKS.keys() == QUESTIONS.keys() == {"en", "de", "es", "fr"}


def test_phrases_are_in_lower_case() -> None:
    for table in (TASKS, QUESTIONS):
        for phrases in table.values():
            assert all(phrase == phrase.lower() for phrase in (*phrases.opens, *phrases.holds))
