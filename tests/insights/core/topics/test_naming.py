"""What the machine calls a topic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.topics.naming import is_due, name_topic

OTHERS = [
    "Call Anna about the talk on Friday.",
    "The talk needs a picture, I think.",
    "More water for the run.",
    "I looked at the running shoes again.",
]
TOPICS = [
    (
        "en",
        [
            "The book club wants to read the lighthouse novel.",
            "Ask Deborah whether the book club can meet here.",
            "I looked at what Deborah said.",
        ],
        "Book club, Deborah",
    ),
    (
        "en",
        ["I should water the tomatoes.", "More tomatoes next to the beans.", "One bean died, the tomato did not."],
        "Tomatoes, bean",
    ),
    (
        "de",
        ["Die Tomaten im Garten brauchen Dünger.", "Eine Tomate ist im Garten geplatzt.", "Gartenschlauch kaufen."],
        "Tomate, Garten",
    ),
    (
        "es",
        ["Regar los tomates del huerto.", "El huerto necesita otro tomate.", "Las abejas van al huerto."],
        "Huerto, tomate",
    ),
    ("zh", ["花园里的番茄需要浇水", "花园的番茄很好"], "番茄, 花园"),
    ("ja", ["庭のトマトに水をやる", "庭のトマトを植える"], "トマト"),
    ("ko", ["정원 토마토 물", "정원 토마토 심기"], "정원 토마토, 심기"),
]


@pytest.mark.parametrize(("language", "texts", "name"), TOPICS)
def test_a_topic_is_named_for_what_is_said_in_it_and_not_elsewhere(language: str, texts: list[str], name: str) -> None:
    assert name_topic(texts, OTHERS, language, []) == name


def test_what_says_little_names_a_topic_only_where_nearly_all_say_it() -> None:
    times = [f"What time is it in {place}?" for place in ("Lisbon", "Oslo", "Boston", "Cairo", "Delhi")]
    assert name_topic(times, OTHERS, "en", []).startswith("Time, ")
    assert "time" not in name_topic([*times[:2], "The Oslo flight", "Oslo in spring"], OTHERS, "en", []).lower()


def test_numbers_and_verbs_name_nothing_where_a_noun_can() -> None:
    texts = ["I looked at seven drawings.", "He looked for the seven drawings again.", "Those drawings of the harbour."]
    assert name_topic(texts, OTHERS, "en", []).startswith("Drawings, ")


def test_the_next_best_name_is_as_good_as_a_name() -> None:
    _, texts, name = TOPICS[0]
    other = name_topic(texts, OTHERS, "en", [name.upper()])
    assert other != name
    assert not any(letter.isdigit() for letter in other)


def test_where_no_word_can_be_told_apart_topics_are_numbered() -> None:
    texts, taken = ["…", "?"], set[str]()
    for name in ("Topic", "Topic 2", "Topic 3"):
        assert name_topic(texts, [], "en", taken) == name
        taken.add(name)


def test_a_topic_is_named_anew_when_it_has_doubled() -> None:
    assert is_due(2, 0)
    assert not is_due(3, 2)
    assert is_due(4, 2)
    assert not is_due(7, 4)


CRIES = st.integers(1, 400).map(lambda length: "a" * length)
TEXTS = st.lists(st.text(max_size=300) | CRIES, max_size=5)


@given(TEXTS, TEXTS, st.sampled_from(["en", "de", "zh", "ja", "zz", ""]))
def test_there_is_always_a_name_and_never_one_that_is_taken(texts: list[str], others: list[str], language: str) -> None:
    taken: list[str] = []
    for _ in range(4):
        name = name_topic(texts, others, language, taken)
        assert name.strip()
        assert name.casefold() not in {other.casefold() for other in taken}
        assert len(name) <= 120
        taken.append(name)
