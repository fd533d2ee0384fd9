"""How much of a window is needed, and what makes what was heard in it doubtful."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.core.engines.short_window import MARGIN_FRAMES, MIN_FRAMES, WINDOW_FRAMES, frames_needed
from transcription.core.engines.window_trust import ends_in_a_loop, is_trusted


@given(st.integers(0, WINDOW_FRAMES))
def test_the_window_holds_the_audio_and_a_margin(frames: int) -> None:
    needed = frames_needed(frames)
    assert needed % 2 == 0
    assert max(MIN_FRAMES, min(WINDOW_FRAMES, frames + MARGIN_FRAMES)) <= needed <= WINDOW_FRAMES


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_a_loop_at_the_end_is_seen(text: list[int], again: list[int]) -> None:
    assert ends_in_a_loop(text + again * 3)
    assert not ends_in_a_loop([*text, *again * 3, 10])


@pytest.mark.parametrize(
    ("doubt", "is_so"),
    [
        ({}, True),
        ({"text": list(range(56))}, False),
        ({"has_ended": False}, False),
        ({"compression_ratio": 2.5}, False),
        ({"mean_log_probability": -1.1}, False),
        ({"text": [1, 2, 3, 3, 3]}, False),
        ({"text": []}, False),
    ],
)
def test_each_check_alone_is_enough_to_doubt(doubt: dict[str, Any], is_so: bool) -> None:
    sound: dict[str, Any] = {
        "text": list(range(20)),
        "seconds": 5.0,
        "has_ended": True,
        "compression_ratio": 1.4,
        "mean_log_probability": -0.3,
    }
    assert is_trusted(**(sound | doubt)) is is_so
