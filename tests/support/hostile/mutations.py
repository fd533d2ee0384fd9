"""Real samples of what strangers send, changed as by chance. Hypothesis draws the changes, and makes failures small."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from tests.support.faults.counts import either

Content = TypeVar("Content", bytes, str)

MAX_COPIES = 40
FUZZED = settings(max_examples=either(60, 2_000))
"""How many mutants each parser meets: few in `make test`, all in `make soak`."""


def mutants_of(samples: Sequence[Content], tokens: Sequence[Content]) -> st.SearchStrategy[Content]:
    """Return a strategy of samples with up to five changes: cut, left out, doubled, put between, joined to another.

    tokens: what has a meaning to the parser, of which some is put in or over what stands there.
    """

    @st.composite
    def mutant(draw: st.DrawFn) -> Any:
        content: Any = draw(st.sampled_from(samples))
        for _ in range(draw(st.integers(0, 5))):
            begin = draw(st.integers(0, len(content)))
            end = min(len(content), begin + draw(st.sampled_from([0, 1, 4, 16, 200])))
            other: Any = draw(st.sampled_from([*samples, *tokens]))
            token: Any = draw(st.sampled_from(tokens)) * draw(st.sampled_from([1, 1, 1, 2, MAX_COPIES]))
            instead = draw(st.sampled_from([token, content[:0], content[begin:end] * 2, other[-len(other) // 2 :]]))
            content = content[:begin] + instead + (content[:0] if draw(st.integers(0, 9)) == 0 else content[end:])
        return content

    return mutant()


def calls_of(work: Callable[[], object]) -> int:
    """Do some work, and return how many functions were called for it: steps that no busy machine makes more of."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls
