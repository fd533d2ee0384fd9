"""What a memo says of where it belongs: taken when it is certain, and otherwise not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.directives.match import match_directives
from transcription.core.words import Word

TOPICS = {"hand": "Hand", "garden": "The Garden", "boat": "Boat project", "surgery": "Hand surgery", "house": "Houses"}
GERMAN = {"hand": "Hand", "garden": "Garten", "wedding": "Hochzeit", "boat": "Bootsprojekt", "kitchen": "Küche"}
SPANISH = {"hand": "Mano", "garden": "Jardines", "boat": "Proyecto barco"}
FRENCH = {"hand": "La main", "workshop": "Atelier", "boat": "Bateaux"}


def words_of(text: str) -> list[Word]:
    tokens = text.split()
    return [Word(f" {token}" if n else token, n * 0.5, n * 0.5 + 0.4, 0.9) for n, token in enumerate(tokens)]


def route(text: str, language: str = "en", topics: dict[str, str] | None = None) -> object:
    """Return the topic of a memo of one idea."""
    (found,) = match_directives(words_of(text), [0], language, topics or TOPICS)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("For the hand project, the thumb needs a stronger spring.", "hand"),
        ("For the hand project: the thumb needs a stronger spring.", "hand"),
        ("for the hand project the thumb needs a stronger spring", "hand"),
        ("The thumb needs a stronger spring, for the hand project.", "hand"),
        ("The thumb needs a stronger spring for the hand project", "hand"),
        ("The thumb needs a stronger spring. For the hand project, please.", "hand"),
        ("The thumb needs a stronger spring. This is for my hand topic.", "hand"),
        ("Okay, so, for the HAND project. The thumb needs a spring.", "hand"),
        ("Oh, and another idea, for the hands project: a spring.", "hand"),
        ("Note for the hand project: a spring.", "hand"),
        ("For the hand surgery project, call the clinic.", "surgery"),
        ("For the garden project, the roses need water.", "garden"),
        ("For the garden. The roses need water.", "garden"),
        ("The roses need water. For the garden.", "garden"),
        ("An idea for the garden: a bench by the pond.", "garden"),
        ("Paint the stern, this is for the boat.", "boat"),
        ("For the project boat, paint the stern.", "boat"),
        ("For the house project, call the roofer.", "house"),
    ],
)
def test_a_topic_that_is_said_plainly_is_taken(text: str, topic: str) -> None:
    assert route(text) == topic


@pytest.mark.parametrize(
    "text",
    [
        "The thumb needs a stronger spring.",
        "For the foot project, the heel needs a spring.",
        "For the garden I need more seeds.",
        "For the garden, I need more seeds.",
        "I bought seeds for the garden.",
        "For the hand project meeting buy a cake.",
        "For the hand project's budget, ask Anna.",
        "For the hand project and the boat project, buy screws.",
        "For the hand project, no, for the boat project: paint the stern.",
        "For the hand project. No, wait, for the boat project. Paint the stern.",
        "For the hand project, use the spring that was left over for the boat project.",
        "Buy a spring, this is not for the hand project.",
        "This isn't for the hand project.",
        "I have no time for the hand project.",
        "Not for the hand project: buy milk.",
        "Is the spring for the hand project?",
        "For the hand project? I do not know.",
        "Anna asked whether the spring is for the hand project.",
        "Add this to a hand.",
        "The hand project needs a spring.",
        "I want to work on the hand project.",
        "It costs more than we have for the hand project in Berlin and in Rome.",
        "",
        "For.",
        "For the project.",
    ],
)
def test_anything_less_certain_does_nothing(text: str) -> None:
    assert route(text) is None


@pytest.mark.parametrize(
    ("language", "topics", "text", "topic"),
    [
        ("de", GERMAN, "Für das Projekt Hand: der Daumen braucht eine Feder.", "hand"),
        ("de", GERMAN, "Fürs Handprojekt, der Daumen braucht eine Feder.", "hand"),
        ("de", GERMAN, "Der Daumen braucht eine Feder. Das ist für das Hand-Projekt.", "hand"),
        ("de", GERMAN, "Zum Thema Hochzeit: wir brauchen noch Musik.", "wedding"),
        ("de", GERMAN, "Wir brauchen noch Musik, für das Hochzeitsprojekt.", "wedding"),
        ("de", GERMAN, "Notiz für die Küche: neue Lampen.", "kitchen"),
        ("de", GERMAN, "Für das Boot. Das Heck streichen.", "boat"),
        ("de", GERMAN, "Das ist nicht für das Handprojekt.", None),
        ("de", GERMAN, "Für den Garten brauche ich Samen.", None),
        ("es", SPANISH, "Para el proyecto mano, el pulgar necesita un muelle.", "hand"),
        ("es", SPANISH, "Hay que pintar la popa. Esto es para el proyecto del barco.", "boat"),
        ("es", SPANISH, "Hay que pintar la popa. Esto es para el proyecto barco.", "boat"),
        ("es", SPANISH, "Nota para el jardín: regar las rosas.", "garden"),
        ("es", SPANISH, "Esto no es para el proyecto mano.", None),
        ("fr", FRENCH, "Pour le projet main, le pouce a besoin d'un ressort.", "hand"),
        ("fr", FRENCH, "Pour le projet de la main, un ressort.", "hand"),
        ("fr", FRENCH, "Note pour l'atelier : ranger les outils.", "workshop"),
        ("fr", FRENCH, "Il faut repeindre la coque, c'est pour le projet bateau.", "boat"),
        ("fr", FRENCH, "Ce n'est pas pour le projet main.", None),
        ("it", {"hand": "Mano"}, "Per il progetto mano: una molla.", None),
    ],
)
def test_other_languages_have_their_own_phrases(
    language: str, topics: dict[str, str], text: str, topic: str | None
) -> None:
    assert route(text, language, topics) == topic


def test_a_pause_is_as_good_as_a_comma() -> None:
    words = words_of("for the hand project order springs")
    assert match_directives(words, [0], "en", TOPICS) == [None]  # type: ignore[arg-type]
    late = [word._replace(start=word.start + 1, end=word.end + 1) for word in words[4:]]
    assert match_directives([*words[:4], *late], [0], "en", TOPICS) == ["hand"]  # type: ignore[arg-type]


def test_a_name_that_two_topics_could_have_is_nobodys() -> None:
    assert route("For the hand project, a spring.", topics={"one": "Hand", "other": "Hand project"}) is None
    assert route("For the hand project, a spring.", topics={"one": "Hand", "other": "Hands"}) is None


def ideas_of(*ideas: str) -> list[object]:
    begins = [sum(len(idea) + 1 for idea in ideas[:number]) for number in range(len(ideas))]
    return list(match_directives(words_of(" ".join(ideas)), begins, "en", TOPICS))  # type: ignore[arg-type]


def test_what_is_said_first_or_last_holds_for_the_whole_memo() -> None:
    assert ideas_of("For the hand project. The thumb is weak.", "The wrist is stiff.") == ["hand", "hand"]
    assert ideas_of("The thumb is weak.", "The wrist is stiff.", "For the hand project.") == ["hand"] * 3


def test_what_is_announced_as_something_else_is_not_meant() -> None:
    assert ideas_of("For the hand project, the thumb is weak.", "Another idea: buy milk.") == ["hand", None]
    assert ideas_of("Buy milk.", "Another thing, for the hand project: the thumb is weak.") == [None, "hand"]
    assert ideas_of("For the hand project, a spring.", "New topic, for the boat: paint.") == ["hand", "boat"]


def test_a_name_alone_is_said_of_what_is_beside_it() -> None:
    assert ideas_of("For the hand project.", "New idea: a spring for the thumb.") == ["hand", "hand"]
    assert ideas_of("A spring for the thumb.", "Oh, and this is for the hand project.") == ["hand", "hand"]


def test_a_memo_that_opens_with_one_and_closes_with_another_goes_by_itself() -> None:
    assert ideas_of("For the hand project, a spring.", "For the boat.") == [None, None]


@given(
    st.lists(
        st.sampled_from([*TOPICS, "for", "the", "project", ",", ".", ":", "?", "not", "this", "is", "another", "-"]),
        max_size=14,
    )
)
def test_whatever_is_said_each_idea_gets_one_answer(tokens: list[str]) -> None:
    words = words_of(" ".join(tokens))
    begins = [0, sum(len(word.text) for word in words[:3]) + 1] if len(words) > 3 else [0]
    found = match_directives(words, begins, "en", TOPICS)  # type: ignore[arg-type]
    assert len(found) == len(begins)
    assert set(found) <= {None, *TOPICS}
