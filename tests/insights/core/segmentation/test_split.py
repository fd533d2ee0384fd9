"""A memo's ideas: every word in exactly one of them, torn apart only where the speaker turned to something else."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.demo.sample_memos import MEMOS
from insights.core.embedding.wordllama import default_embedder
from insights.core.segmentation.announced import Announcement, announced_ideas, with_announced_turns
from insights.core.segmentation.cues import has_cue, without_cue
from insights.core.segmentation.sentences import Sentence, SentenceRuns, find_sentences
from insights.core.segmentation.split import idea_starts, split_ideas
from transcription.core.words import Word, joined

MANIFEST = json.loads((MEMOS / "manifest.json").read_text())["memos"]


def spoken(text: str, *, pause_before: dict[str, float] | None = None) -> list[Word]:
    """Return words of 0.3 s each, a tenth apart, with longer pauses before some."""
    clock, words = 0.0, []
    for number, token in enumerate(text.split()):
        clock += (pause_before or {}).get(token, 0.1)
        words.append(Word(f" {token}" if number else token, clock, clock + 0.3, 0.9))
        clock += 0.3
    return words


def ideas(words: list[Word], language: str = "en") -> list[str]:
    text = joined(words)
    return [text[span.text_start : span.text_end] for span in split_ideas(words, language, default_embedder())]


WORDS = st.lists(
    st.tuples(
        st.text("abc .?!,\u2019é。", min_size=1, max_size=6).filter(lambda text: bool(text.strip())), st.floats(0, 6)
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)  # the first loads the model
@given(WORDS, st.sampled_from(["en", "de", "ja", "zz"]))
def test_ideas_are_in_order_and_hold_every_word(pieces: list[tuple[str, float]], language: str) -> None:
    clock, words = 0.0, []
    for text, pause in pieces:
        words.append(Word(f" {text}", clock + pause, clock + pause + 0.2, 0.5))
        clock += pause + 0.2
    whole, spans = joined(words), split_ideas(words, language, default_embedder())
    covered = "".join(whole[span.text_start : span.text_end] for span in spans)
    assert covered.replace(" ", "") == whole.replace(" ", "")
    for before, after in pairwise(spans):
        assert before.text_end <= after.text_start
        assert before.audio_end <= after.audio_start
    assert all(span.text_start < span.text_end and span.audio_start < span.audio_end for span in spans)


def test_nothing_said_holds_no_idea() -> None:
    assert split_ideas([], "en", default_embedder()) == []
    assert idea_starts([], "en", default_embedder()) == []


def test_a_cue_phrase_parts_two_ideas() -> None:
    words = spoken("The beans need water. Oh, and another idea: call Anna about the talk.")
    assert ideas(words) == ["The beans need water.", "Oh, and another idea: call Anna about the talk."]


def test_a_long_pause_parts_two_ideas_and_a_usual_one_does_not() -> None:
    text = "The beans need water. They are dry. Anna likes the slides."
    assert len(ideas(spoken(text, pause_before={"They": 0.6, "Anna": 3.5}))) == 2
    assert len(ideas(spoken(text, pause_before={"They": 0.6, "Anna": 0.6}))) == 1


def test_a_pause_inside_a_sentence_does_not() -> None:
    assert len(ideas(spoken("The beans need water every day", pause_before={"water": 4.0}))) == 1


def test_a_language_without_weights_is_parted_by_rules() -> None:
    text = "Die Bohnen brauchen Wasser. Sie sind trocken. Anna mag die Folien."
    assert len(ideas(spoken(text, pause_before={"Sie": 0.6, "Anna": 3.5}), "de")) == 2
    assert len(ideas(spoken(text, pause_before={"Sie": 3.0, "Anna": 3.5}), "de")) == 1
    assert len(ideas(spoken("Die Bohnen sind trocken. Ach ja, Anna mag die Folien."), "de")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The talk is on Tuesday. No, wait, on Wednesday. I mean the one in the big hall.",
        "I was thinking. Um, about the beans. They need, uh, more water. Because they are dry.",
        "So the shed. It needs a new roof. And the door of it is stuck. Which means the tools get wet.",
        "um the beans need water no wait they need shade and um more of it",
    ],
)
def test_thinking_aloud_stays_one_idea(text: str) -> None:
    words = spoken(text, pause_before={"No,": 0.8, "Um,": 0.9, "Because": 0.8, "And": 0.7, "no": 0.8, "and": 0.8})
    assert ideas(words) == [text]


def test_a_long_memo_on_one_theme_stays_whole_or_nearly() -> None:
    text = (
        "The beans in the garden need water. The garden is dry, so the beans are dry. They want water in the evening. "
        "Maybe a barrel would help the garden. It would hold the water for the beans. Then they never dry out. "
        "The barrel could stand by the beans. It would fill with rain. That is water for the whole garden."
    )
    assert len(ideas(spoken(text))) <= 2


def test_text_without_punctuation_is_parted_at_pauses_and_announcements_never_after_the() -> None:
    text = "play some jazz in the kitchen different topic what is the weather in berlin tomorrow"
    assert ideas(spoken(text, pause_before={"different": 1.5})) == [text[:29], text[30:]]
    assert find_sentences(spoken(text), "en").sentences[1].text.strip().startswith("different topic")
    broken = find_sentences(spoken("i looked at the garden today", pause_before={"garden": 3.0}), "en")
    assert len(broken.sentences) == 1


@pytest.mark.parametrize(
    ("language", "pieces", "sentences"),
    [
        ("ja", ["今日", "は", "晴れ。", "明日", "は", "雨", "だ。"], ["今日は晴れ。", "明日は雨だ。"]),
        ("zh", ["今天", "晴。", "明天", "下雨", "吗。", "是"], ["今天晴。", "明天下雨吗。", "是"]),
        ("ja", ["今日。」", "明", "日"], ["今日。」", "明日"]),
        ("th", ["วันนี้", "อากาศ", "ดี"], ["วันนี้อากาศดี"]),
    ],
)
def test_text_without_spaces_has_sentences(language: str, pieces: list[str], sentences: list[str]) -> None:
    words = [Word(piece, number * 0.4, number * 0.4 + 0.3, 0.9) for number, piece in enumerate(pieces)]
    assert [sentence.text for sentence in find_sentences(words, language).sentences] == sentences


@pytest.mark.parametrize(
    ("sentence", "language", "cue"),
    [
        ("Another thing, the car.", "en", True),
        ("Um, okay, so next idea is this.", "en", True),
        ("The other thing was fine.", "en", False),
        ("Ach ja, und der Zahnarzt.", "de", True),
        ("Another thing.", "de", False),
    ],
)
def test_cues_belong_to_a_language(sentence: str, language: str, cue: bool) -> None:
    assert has_cue(sentence, language) is cue


def test_an_announcement_is_not_what_an_idea_is_about() -> None:
    assert without_cue("Oh, and another idea: call Anna.", "en") == "call Anna."
    assert without_cue("Call Anna about another idea.", "en") == "Call Anna about another idea."
    assert without_cue("Another idea.", "en") == "Another idea."


def test_the_sample_memos_hold_as_many_ideas_as_were_spoken() -> None:
    right = 0
    for memo in MANIFEST:
        timed = [word for segment in memo["segments"] for word in segment["words"]]
        words = [Word(f" {text}" if n else text, start, end, 0.9) for n, (text, start, end) in enumerate(timed)]
        right += len(split_ideas(words, "en", default_embedder())) == len(memo["ideas"])
    assert right >= 47


@pytest.mark.parametrize("cue", ["Another idea,", "Next topic:", "On another note,"])
def test_who_announces_something_else_is_believed_without_a_pause(cue: str) -> None:
    said = ["Call the plumber tomorrow about the sink.", f"{cue} the robot hand needs a softer thumb."]
    assert ideas(spoken(" ".join(said))) == said


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ["Two things. The pond is leaking at the far end.", "And the tomatoes need stakes before the weekend."]),
        ("en", ["Two things, the pond is leaking again.", "And the tomatoes on the south wall have blight."]),
        ("en", ["For the garden, build a compost box behind the shed.", "And move the roses before the first frost."]),
        ("en", ["For the garden, order more mulch.", "And move the roses to the sun."]),
        ("en", ["Three things. Call the bank.", "The soup was too salty.", "And Anna has the spare key."]),
        ("en", ["two things the pond is leaking again", "and the tomatoes on the south wall have blight"]),
        ("de", ["Zwei Dinge. Der Teich verliert Wasser.", "Und die Tomaten brauchen Stäbe."]),
        ("de", ["Zwei Sachen. Der Teich verliert Wasser. Er ist fast leer.", "Und die Tomaten brauchen Stäbe."]),
        ("es", ["Dos cosas. El estanque pierde agua.", "Y los tomates necesitan palos."]),
        ("fr", ["Deux choses. L'étang perd de l'eau.", "Et les tomates ont besoin de tuteurs."]),
    ],
)
def test_as_many_ideas_as_were_announced_and_a_second_task_are_parted(language: str, parts: list[str]) -> None:
    clock = 0.0
    words: list[Word] = []
    for part in parts:
        for number, token in enumerate(part.split()):
            clock += 0.1 if number else 0.7
            words.append(Word(f" {token}" if words else token, clock, clock + 0.3, 0.9))
            clock += 0.3
    assert ideas(words, language) == parts


@pytest.mark.parametrize(
    ("sentence", "language", "announced"),
    [
        ("Two things.", "en", Announcement(2, is_all=True)),
        ("Okay, I've got three quick notes for today.", "en", Announcement(3, is_all=True)),
        ("A couple of things about the pond.", "en", Announcement(2, is_all=True)),
        ("So, two things: the pond is leaking.", "en", Announcement(2, is_all=False)),
        ("Two things happened.", "en", None),
        ("I said two things.", "en", None),
        ("Twenty-two things.", "en", None),
        ("Zwei Dinge für heute.", "de", Announcement(2, is_all=True)),
        ("Tengo dos cosas.", "es", Announcement(2, is_all=True)),
        ("J'ai trois petites choses.", "fr", Announcement(3, is_all=True)),
        ("Two things.", "zz", None),
    ],
)
def test_how_many_ideas_are_announced(sentence: str, language: str, announced: Announcement | None) -> None:
    assert announced_ideas(sentence, language, is_punctuated=True) == announced


@pytest.mark.parametrize(
    ("sentence", "announced"),
    [
        ("two things", Announcement(2, is_all=True)),
        ("two things the pond is leaking", Announcement(2, is_all=False)),
        ("two things happened", None),
        ("i said two things", None),
    ],
)
def test_how_many_are_announced_without_marks(sentence: str, announced: Announcement | None) -> None:
    assert announced_ideas(sentence, "en", is_punctuated=False) == announced


def announced_turns(texts: list[str], turned: list[bool], scores: list[float], least: float = -1) -> list[bool]:
    sentences = [Sentence(number, number, text) for number, text in enumerate(texts)]
    return with_announced_turns(turned, SentenceRuns(sentences, is_punctuated=True), scores, "en", least=least)


def test_what_was_announced_is_parted_where_it_is_likeliest_and_nowhere_unlikely() -> None:
    texts = ["Two things.", "One.", "More.", "Two.", "End."]
    assert announced_turns(texts, [True, False, False, False], [9, 0, 1, 0]) == [False, False, True, False]
    assert announced_turns(texts, [False, False, False, True], [0, 0, 1, 2]) == [False, False, False, True]
    assert announced_turns(texts, [False] * 4, [-9] * 4) == [False] * 4
    assert announced_turns(texts[:3], [False] * 2, [-9] * 2) == [False, True]


def test_a_pause_before_a_capital_ends_a_sentence_whose_mark_is_lost() -> None:
    text = "So the tail went in from the long side And we covered the rest. It was fine."
    for language, sentences in (("en", 3), ("de", 2)):
        assert len(find_sentences(spoken(text, pause_before={"And": 0.7}), language).sentences) == sentences
    assert len(find_sentences(spoken(text), "en").sentences) == 2


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("Call the plumber. And ask him about the tap.", False),
        ("Paint the fence. And let it dry for a day.", False),
        ("For the garden, order more mulch. And move the roses to the sun.", True),
        ("For the garden, order more mulch. And put it on the beds.", False),
    ],
)
def test_a_task_done_to_it_goes_on_and_another_of_one_topic_does_not(text: str, parted: bool) -> None:
    assert (len(ideas(spoken(text, pause_before={"And": 0.7}))) == 2) is parted
