"""An endpoint, and something to send to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.whisper_endpoint import Endpoint, running
from transcription.core.decoding.decode import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def speech() -> "NDArray[np.float32]":
    """Return the samples of a memo in which somebody speaks."""
    with (MEMOS / "memo-002.ogg").open("rb") as recording:
        return decode(recording, "ogg", max_seconds=60).samples
