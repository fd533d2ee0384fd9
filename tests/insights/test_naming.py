"""What the machine calls a topic."""

from hypothesis import given
from hypothesis import strategies as st

from insights.naming import name_topic

GARDEN = ["The tomatoes need water.", "Plant more tomatoes.", "Tomatoes and beans in the garden"]
OTHERS = ["Call Anna about the talk.", "The talk needs a picture.", "More water for the run."]


def test_a_topic_is_named_for_what_is_said_in_it_and_not_elsewhere() -> None:
    assert name_topic(GARDEN, OTHERS, "en", []).startswith("Tomatoes")


CRIES = st.integers(1, 400).map(lambda length: "a" * length)
TEXTS = st.lists(st.text(max_size=300) | CRIES, max_size=5)


@given(
    TEXTS,
    TEXTS,
    st.sampled_from(["en", "de", "zz"]),
)
def test_there_is_always_a_name_and_never_one_that_is_taken(texts: list[str], others: list[str], language: str) -> None:
    taken: list[str] = []
    for _ in range(4):
        name = name_topic(texts, others, language, taken)
        assert name.strip()
        assert name.casefold() not in {other.casefold() for other in taken}
        assert len(name) <= 120
        taken.append(name)
