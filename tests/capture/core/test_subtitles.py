"""Subtitles are what the package for them finds, in a number of steps that grows as their size."""

import sys
from datetime import timedelta
from types import FrameType

import pytest
import srt
from hypothesis import given
from hypothesis import strategies as st

from capture.core.subtitles import NoSubtitles, Subtitle, parse_subtitles

TEXTS = st.lists(st.text(alphabet=st.sampled_from("ab 1.,"), min_size=1, max_size=9).map(str.strip), max_size=3)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), TEXTS), min_size=1, max_size=6))
def test_what_the_package_writes_is_read(rows: list[tuple[int, int, list[str]]]) -> None:
    wanted = [
        Subtitle(timedelta(milliseconds=start), timedelta(milliseconds=end), "\n".join(filter(None, lines)) or "x")
        for start, end, lines in rows
    ]
    written = srt.compose([srt.Subtitle(n, *one) for n, one in enumerate(wanted)], reindex=False)
    assert parse_subtitles(written) == wanted
    assert parse_subtitles(written.replace("\n", "\r\n")) == wanted


@pytest.mark.parametrize(
    "written",
    [
        "00:00:01,000 --> 00:00:02,000\na\n\n00:00:03,000 --> 00:00:04,000\nb\n",
        "1\n0:0:1.5 - > 0:0:2\na\n2\n0:0:3 --> 0:0:4\nb",
        "\n\n1\n00:00:01,000 --> 00:00:02,000 X1:1\na\n\nb: 00:00:01\n\n\n2\n00:00:03,000 --> 00:00:04,000\nc",
    ],
)
def test_odd_ones_are_what_the_package_finds(written: str) -> None:
    found = [Subtitle(one.start, one.end, one.content.rstrip()) for one in srt.parse(written)]
    assert parse_subtitles(written) == found


@pytest.mark.parametrize(
    "written", ["words", "words\n\n1\n00:00:01,000 --> 00:00:02,000\na", "1\n" + "9" * 12 + ":0:0,0 --> 0:0:1,0"]
)
def test_what_is_none_is_refused(written: str) -> None:
    with pytest.raises(NoSubtitles):
        parse_subtitles(written)


HOSTILE = {
    "digits": ("9" * 199 + "\n"),
    "times": "00:00:00,000 ",
    "headers": "00:00:00,000 --> 00:00:01,000\n",
    "numbers": "1\n",
    "blanks": " " * 199 + "1:1:1\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_each_line_is_looked_at_once(kind: str) -> None:
    def steps(lines: int) -> int:
        count = 0

        def profile(_frame: FrameType, event: str, _arg: object) -> None:
            nonlocal count
            count += event in {"call", "c_call"}

        written = "1\n00:00:00,000 --> 00:00:01,000\n" + HOSTILE[kind] * lines
        sys.setprofile(profile)
        try:
            parse_subtitles(written)
        finally:
            sys.setprofile(None)
        return count

    assert steps(4000) < 3 * steps(2000)
