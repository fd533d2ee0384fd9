"""A terminal is told the size first, then a line now and then, and how it ended, once."""

from transcription.core.download_lines import DownloadLines
from transcription.core.download_record import Download, DownloadState

ASKED = Download("whisper", "base", "hub.example")
BEGUN = ASKED._replace(total=100_000_000)


def codes(*downloads: Download) -> list[str]:
    lines = DownloadLines("model")
    return [message.code for download in downloads for message in lines.next_lines(download)]


def test_its_size_is_said_before_it_begins_and_a_line_each_tenth() -> None:
    moved = [BEGUN._replace(done=done * 1_000_000) for done in range(0, 100, 4)]
    ended = BEGUN._replace(state=DownloadState.HERE)
    said = codes(ASKED, ASKED, *moved, ended, ended)
    assert said[:2] == ["model_fetch_asks", "model_fetch_begins"]
    assert set(said[2:-1]) == {"model_fetch_moves"}
    assert 5 <= len(said[2:-1]) <= 9
    assert said[-1] == "model_fetched"


def test_a_failure_is_said_once_and_the_next_try_when_it_brings_something() -> None:
    failed = ASKED._replace(state=DownloadState.FAILED, why='late {"host": "hub.example"}')
    other = failed._replace(why='unreachable {"host": "hub.example"}')
    said = codes(ASKED, failed, failed, ASKED, failed, other, ASKED, BEGUN)
    assert said == ["model_fetch_asks", "model_fetch_failed", "model_fetch_failed", "model_fetch_begins"]


def test_a_download_that_was_over_at_the_first_look_is_told_with_its_size() -> None:
    assert codes(BEGUN._replace(state=DownloadState.HERE)) == ["model_fetch_begins", "model_fetched"]
