"""What the machine calls a topic."""

import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.topics import name_phrases
from insights.core.topics.naming import KEPT_MARGIN, Fits, is_due, name_topic


@pytest.fixture(autouse=True, scope="module")
def without_model() -> Iterator[None]:
    """Let the tables tell what is a noun, though a model be installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(name_phrases, "english_model", lambda: None)
        yield


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
        "Book club",
    ),
    (
        "en",
        ["I should water the tomatoes.", "More tomatoes next to the beans.", "One bean died, the tomato did not."],
        "Tomatoes",
    ),
    (
        "de",
        ["Die Tomaten im Garten brauchen Dünger.", "Eine Tomate ist im Garten geplatzt.", "Gartenschlauch kaufen."],
        "Tomaten im Garten",
    ),
    (
        "es",
        ["Regar los tomates del huerto.", "El huerto necesita otro tomate.", "Las abejas van al huerto."],
        "Tomates del huerto",
    ),
    ("zh", ["花园里的番茄需要浇水", "花园的番茄很好"], "番茄"),
    ("ja", ["庭のトマトに水をやる", "庭のトマトを植える"], "トマト"),
    ("ko", ["정원 토마토 물", "정원 토마토 심기"], "정원 토마토"),
]


@pytest.mark.parametrize(("language", "texts", "name"), TOPICS)
def test_a_topic_is_named_for_what_is_said_in_it_and_not_elsewhere(language: str, texts: list[str], name: str) -> None:
    assert name_topic(texts, OTHERS, language, []) == name


def test_what_says_little_names_a_topic_only_where_nearly_all_say_it() -> None:
    times = [f"What time is it in {place}?" for place in ("Lisbon", "Oslo", "Boston", "Cairo", "Delhi")]
    assert name_topic(times, OTHERS, "en", []) == "Time"
    assert "time" not in name_topic([*times[:2], "The Oslo flight", "Oslo in spring"], OTHERS, "en", []).lower()


def test_numbers_and_verbs_name_nothing_where_a_noun_can() -> None:
    texts = ["I looked at seven drawings.", "He looked for the seven drawings again.", "Those drawings of the harbour."]
    assert name_topic(texts, OTHERS, "en", []) == "Drawings"


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


def test_the_name_that_fits_best_is_taken_and_what_reads_ill_only_where_it_fits_clearly_better() -> None:
    _, texts, _ = TOPICS[0]

    def fits_best(best: str, by: float) -> Callable[[Sequence[str]], list[float]]:
        return lambda names: [by if name == best else 0.0 for name in names]

    assert name_topic(texts, OTHERS, "en", [], fits=fits_best("lighthouse novel", 0.1)) == "Lighthouse novel"
    assert name_topic(texts, OTHERS, "en", [], fits=fits_best("looked", 0.01)) != "Looked"
    assert name_topic(texts, OTHERS, "en", [], fits=fits_best("looked", 0.1)) == "Looked"


def test_the_name_that_is_shown_stays_unless_another_fits_clearly_better() -> None:
    _, texts, _ = TOPICS[0]

    def named(by: float, shown: str) -> str:
        return name_topic(
            texts, OTHERS, "en", [], shown=shown, fits=lambda names: [by * (name == "book club") for name in names]
        )

    assert named(KEPT_MARGIN - 0.01, "Lighthouse novel") == "Lighthouse novel"
    assert named(KEPT_MARGIN + 0.01, "Lighthouse novel") == "Book club"
    assert named(0.0, "Book club, Deborah") != "Book club, Deborah", "no phrase of theirs"
    assert named(0.0, "Chess club") != "Chess club", "nobody says it any more"


def test_a_name_stays_as_it_is_though_most_say_its_words_in_other_forms() -> None:
    texts = ["Set alarm at six.", *["Set my alarms for the week."] * 3]
    assert name_topic(texts, [], "en", [], fits=lambda names: [0.0] * len(names), shown="Set alarm") == "Set alarm"
    assert name_topic(texts, [], "en", [], fits=lambda names: [0.0] * len(names)) == "Set alarms"


def test_a_thing_is_not_cut_short() -> None:
    texts = ["Find restaurants in los angeles.", "Are there restaurants in los angeles?"]

    def fits(names: Sequence[str]) -> list[float]:
        return [0.13 if name == "restaurants in los" else 0.1 * (name == "restaurants") for name in names]

    assert name_topic(texts, [], "en", [], fits=fits) == "Restaurants"


def test_a_word_that_was_perhaps_never_said_names_nothing() -> None:
    _, texts, _ = TOPICS[0]
    for unsure in ({"book"}, {"club"}, {"book", "lighthouse", "deborah"}):
        name = name_topic(texts, OTHERS, "en", [], unsure=unsure)
        assert not unsure & set(name.casefold().split())


def test_what_is_done_with_things_loses_its_articles_and_things_that_are_joined_keep_theirs() -> None:
    def fits(names: Sequence[str]) -> list[float]:
        said.extend(names)
        return [0.0] * len(names)

    said: list[str] = []
    name_topic(["Turn off all the lights.", "A speech for the wedding."], [], "en", [], fits=fits)
    assert {"turn off lights", "turn off", "lights", "speech for the wedding", "wedding"} <= set(said)


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


WORDS = """
    set the alarm for Sam turn off all my lights Book club, wants Deborah. looked Amaryllis! pond it's and 7 GARDEN
    gardening email time zone's
"""
TOLD = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=12).map(" ".join)
SAYINGS = st.lists(TOLD, min_size=1, max_size=6)
FITS = st.sampled_from([None, lambda names: [len(name) / 100 for name in names], lambda names: [0.0] * len(names)])


@given(SAYINGS, SAYINGS, FITS, st.sets(st.sampled_from(["alarm", "deborah", "pond"]), max_size=2))
def test_a_name_is_one_to_four_words_of_the_ideas_in_sentence_case(
    texts: list[str], others: list[str], fits: Fits | None, unsure: set[str]
) -> None:
    name = name_topic(texts, others, "en", [], fits=fits, unsure=unsure)
    said = {word for text in texts for word in re.findall(r"[^\W\d_]+", text.lower())}
    words = name.split()
    assert 1 <= len(words) <= 4
    assert name == "Topic" or {word.lower() for word in words} <= said - unsure
    assert all(word.isalpha() for word in words)
    assert words[0][0].isupper()
    as_said = {word for text in texts for word in re.findall(r"[^\W\d_]+", text)}
    assert all(word.islower() or word in as_said for word in words[1:])
    assert name_topic(texts, others, "en", [], fits=fits, unsure=unsure) == name


@given(SAYINGS, FITS, st.data())
def test_a_name_stays_where_an_idea_comes_in_that_says_the_same(
    texts: list[str], fits: Fits | None, data: st.DataObject
) -> None:
    name = name_topic(texts, [], "en", [], fits=fits)
    more = [*texts, data.draw(st.sampled_from(texts))]
    if fits is not None:
        assert name_topic(more, [], "en", [], fits=fits, shown=name) == name
    assert not is_due(len(more), len(texts)) or len(texts) == 1
