"""What may never have been said is marked at its words, and stays."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines.timestamps import Region
from transcription.core.engines.vad import SILERO_SAMPLES, Speech
from transcription.core.warnings.hallucination import Segment, find_doubts, repeated, whispered_segments
from transcription.core.warnings.phrases import CREDITS, FAREWELLS, is_credit, phantoms
from transcription.core.warnings.spans import Doubt, is_unsaid, merge_doubts, parse_doubt, shift_warnings
from transcription.core.words import SAMPLE_RATE, Word

FRAMES_PER_SECOND = SAMPLE_RATE / SILERO_SAMPLES


def said(text: str) -> list[Word]:
    """Return the words of a text, half a second each; without spaces in it, its letters."""
    texts = [f" {token}" for token in text.split()] if " " in text else list(text)
    return [Word(token, number * 0.5, number * 0.5 + 0.4, 0.9) for number, token in enumerate(texts)]


def heard(*voiced: tuple[float, float], seconds: float = 60.0) -> Speech:
    regions = [Region(*span) for span in voiced]
    frames = np.zeros(round(seconds * FRAMES_PER_SECOND), np.float32)
    for one in regions:
        frames[round(one.start * FRAMES_PER_SECOND) : round(one.end * FRAMES_PER_SECOND)] = 1.0
    return Speech(np.zeros(0, np.float32), [Region(0, seconds)], regions, frames)


def well(words: list[Word], no_speech: float = 0.0) -> list[Segment]:
    """Return them as one segment of which Whisper is sure."""
    return [Segment(0, len(words), 1.2, -0.2, no_speech)]


EVERYWHERE = heard((0, 60))


def test_what_is_plainly_said_raises_no_doubt() -> None:
    words = said("No, no, no. I thank you for the cake, and very, very, very much so. Thank you for watching the cat.")
    assert find_doubts(words, well(words), EVERYWHERE) == []


@pytest.mark.parametrize(
    ("segment", "name"),
    [
        (Segment(2, 4, 3.0, -0.2, 0.0), "repetitive"),
        (Segment(2, 4, 1.0, -1.2, 0.0), "unsure"),
        (Segment(2, 4, 1.0, -0.2, 0.7), "maybe no speech"),
    ],
)
def test_a_segment_that_whisper_doubts_is_marked_alone(segment: Segment, name: str) -> None:
    words = said("one two three four five six")
    others = [Segment(0, 2, 1.0, -0.2, 0.0), segment, Segment(4, 6, 1.0, -0.2, 0.0)]
    assert find_doubts(words, others, EVERYWHERE) == [Doubt(name, 2, 4)]


def test_words_where_no_voice_is_heard_are_marked() -> None:
    words = said("one two three four")
    segments = [Segment(0, 2, 1.0, -0.2, 0.0), Segment(2, 4, 1.0, -0.2, 0.0)]
    assert find_doubts(words, segments, heard((0, 1))) == [Doubt("maybe no speech", 2, 4)]


def test_a_sentence_that_goes_on_after_a_long_pause_is_not_doubted() -> None:
    words = [Word("one", 0.0, 0.5, 0.9), Word(" two", 40.0, 40.5, 0.9)]
    assert find_doubts(words, well(words), heard((0, 0.6), (39.9, 40.6))) == []


@pytest.mark.parametrize("text", ["the river and the river and the river and the river and", "so " * 6, "はは" * 4])
def test_what_comes_again_and_again_is_marked_from_its_first_word_to_its_last(text: str) -> None:
    before, again = said("well then"), said(text)
    words = [*before, *again, *said("said I")]
    assert list(repeated(words)) == [Doubt("repetitive", 2, 2 + len(again))]
    runaway = [Segment(0, len(words), 9.0, -0.2, 0.0)]
    assert find_doubts(words, runaway, EVERYWHERE) == [Doubt("repetitive", 2, 2 + len(again))]


@given(st.lists(st.sampled_from(["na", "no", "ni"]), max_size=40))
def test_repetitions_are_found_inside_the_text_and_apart_from_each_other(tokens: list[str]) -> None:
    found = list(repeated([Word(f" {token}", 0, 0, 1) for token in tokens]))
    bounds = [bound for one in found for bound in (one.first, one.last)]
    assert bounds == sorted(bounds)
    assert all(0 <= bound <= len(tokens) for bound in bounds)
    assert all(one.last - one.first >= 6 for one in found)


@pytest.mark.parametrize("phrase", [*CREDITS, *FAREWELLS])
def test_a_phantom_that_is_all_there_is_is_marked_whatever_its_punctuation(phrase: str) -> None:
    words = said(f"{phrase}!")
    assert Doubt("phantom", 0, len(words)) in find_doubts(words, well(words), EVERYWHERE)


def test_credits_are_marked_anywhere_and_farewells_where_hardly_a_voice_is_heard() -> None:
    words = said("Water the roses. Thanks for watching! Subtitles by the Amara.org community")
    assert list(phantoms(words, still=())) == [Doubt("phantom", 6, 11)]
    assert set(phantoms(words, still=range(3, 6))) == {Doubt("phantom", 3, 6), Doubt("phantom", 6, 11)}


def test_a_phantom_is_of_whole_words() -> None:
    assert list(phantoms(said("I gave thanks for watchings."), still=range(9))) == []


names = st.sampled_from(["unsure", "phantom", "maybe no speech"])
spans = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda span: (span[0], sum(span)))
some = st.lists(st.builds(lambda name, span: Doubt(name, *span), names, spans), max_size=12)


@given(some)
def test_doubts_that_touch_become_one_and_no_word_is_forgotten(found: list[Doubt]) -> None:
    def marked(doubts: list[Doubt]) -> set[tuple[str, int]]:
        return {(one.name, word) for one in doubts for word in range(one.first, one.last)}

    whole = list(merge_doubts(found))
    assert marked(whole) == marked(found)
    assert all(a.name != b.name or a.last < b.first for a, b in pairwise(whole))


@given(some, st.integers(0, 99))
def test_doubts_are_read_as_they_were_written_and_move_with_their_words(found: list[Doubt], words: int) -> None:
    assert [parse_doubt(str(one)) for one in found] == found
    moved = [Doubt(one.name, one.first + words, one.last + words) for one in found]
    assert shift_warnings(words, [*map(str, found), 'damaged_end {"read": "18"}']) == [
        *map(str, moved),
        'damaged_end {"read": "18"}',
    ]


def test_where_silero_hears_nobody_only_what_is_sure_was_whispered() -> None:
    words = said("one two three four five six")
    segments = [
        Segment(0, 2, 1.0, -0.9, 0.1),
        Segment(2, 4, 1.0, -0.7, 0.1),
        Segment(4, 6, 1.0, -0.7, 0.3),
    ]
    kept, moved = whispered_segments(words, segments)
    assert [word.text for word in kept] == ["three", " four"]
    assert moved == [Segment(0, 2, 1.0, -0.7, 0.1)]
    still = Speech(np.zeros(0, np.float32), [Region(0, 60)], [], np.zeros(0, np.float32))
    assert find_doubts(kept, moved, still) == []


@pytest.mark.parametrize(("log_probability", "no_speech", "unsaid"), [(-1.1, 0.3, True), (-0.9, 0.3, False)])
def test_what_is_neither_sure_nor_surely_speech_was_perhaps_said_by_nobody(
    log_probability: float, no_speech: float, unsaid: bool
) -> None:
    words = said("one two")
    found = find_doubts(words, [Segment(0, 2, 1.0, log_probability, no_speech)], EVERYWHERE)
    assert (Doubt("maybe no speech", 0, 2) in found) is unsaid


@pytest.mark.parametrize(
    ("warnings", "unsaid"),
    [
        (["maybe no speech[0:4]"], True),
        (["maybe no speech[0:2]", "maybe no speech[2:4]", "unsure[0:4]"], True),
        (["maybe no speech[0:3]"], False),
        (["phantom[0:2]", "maybe no speech[2:4]"], True),
        (["unsure[0:4]", "phantom[0:3]", 'damaged_end {"read": "18"}'], False),
        ([], False),
    ],
)
def test_nothing_is_said_where_of_every_word_it_is_doubted_that_anybody_spoke(
    warnings: list[str], unsaid: bool
) -> None:
    assert is_unsaid(said("one two three four"), warnings) is unsaid
    assert not is_unsaid([], warnings)


@pytest.mark.parametrize(
    ("voice", "log_probability", "no_speech", "doubts"),
    [
        (0.95, -0.3, 0.05, set()),
        (0.6, -0.85, 0.08, {"unsure"}),
        (0.44, -0.75, 0.43, {"unsure", "maybe no speech"}),
        (0.2, -0.3, 0.1, set()),
    ],
)
def test_three_witnesses_tell_together_whether_anybody_speaks(
    voice: float, log_probability: float, no_speech: float, doubts: set[str]
) -> None:
    """A clear clip, a name that was hard to hear, a dog, and words of which Whisper is sure though Silero is not."""
    words = said("one two three four")
    segments = [Segment(first, first + 2, 1.0, log_probability, no_speech) for first in (0, 2)]
    frames = np.full(round(60 * FRAMES_PER_SECOND), voice, np.float32)
    speech = Speech(np.zeros(0, np.float32), [Region(0, 60)], [Region(0, 60)], frames)
    assert {doubt.name for doubt in find_doubts(words, segments, speech)} == doubts


def test_a_bark_that_is_heard_as_one_word_again_and_again_was_not_whispered() -> None:
    words = said("don't don't")
    assert whispered_segments(words, [Segment(0, 2, 2.2, -0.5, 0.03)]) == ([], [])


@pytest.mark.parametrize(
    "credit",
    [
        *(
            "Undertexter från Amara.org-gemenskapen",
            "Undertekster av Ai-Media",
            "Tekstitys: Yle",
            "Felirat: Kovács Péter",
        ),
        *(
            "Titulky vytvořil JohnyX",
            "Çeviri ve altyazi M.K.",
            "한글자막 by 한효정",
            "字幕志愿者 杨茜茜",
            "ترجمة نانسي قنقر",
        ),
        *("Copyright WDR 2021", "ZDF für funk, 2017", "TV GELDERLAND 2021", "© BF-WATCH TV 2021", "Prijevod: Ivan"),
        *("Transcribed by https://otter.ai", "For more information visit www.fema.gov", "Subs by www.zeoranger.co.uk"),
        "Untertitelung des ZDF, 2020",
    ],
)
def test_a_credit_is_known_by_its_form_whoever_is_named_in_it(credit: str) -> None:
    words = said(f"I will go home. {credit}") if " " in credit else [*said("I will go home."), *said(f" {credit}")]
    assert Doubt("phantom", 4, len(words)) in find_doubts(words, well(words), EVERYWHERE)


@pytest.mark.parametrize(
    "sentence",
    [
        *(
            "Add subtitles to the film.",
            "I should caption the photos.",
            "Call the BBC in 2024.",
            "NASA goes there in 2026.",
        ),
        *("Transcripts of the interviews for Tom.", "Translate the letter.", "Subscribe to Le Monde."),
    ],
)
def test_what_people_say_about_subtitles_is_no_credit(sentence: str) -> None:
    assert not is_credit(sentence)
    words = said(f"I will go home. {sentence}")
    assert find_doubts(words, well(words), EVERYWHERE) == []


def test_a_word_of_which_whisper_is_sure_of_nothing_is_marked_alone() -> None:
    words = said("the path to the lake Goenka")
    unlikely, glimpsed = (
        words[-1]._replace(probability=0.01),
        words[-1]._replace(probability=0.1, end=words[-1].start + 0.04),
    )
    for last in (unlikely, glimpsed):
        told = [*words[:-1], last]
        assert find_doubts(told, well(told), EVERYWHERE) == [Doubt("unsure", 5, 6)]


def test_more_words_than_anybody_can_speak_in_their_time_were_not_said() -> None:
    words = [Word(f" word{number}", number * 0.01, (number + 1) * 0.01, 0.9) for number in range(100)]
    assert find_doubts(words, well(words), EVERYWHERE) == [Doubt("maybe no speech", 0, 100)]
