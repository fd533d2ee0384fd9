"""Models come from a hub, whole or not at all, whatever the line does; the servers are real, on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hubs import LoopbackServer, closed_address, running_hole, running_hub
from transcription.core import model_download
from transcription.core.download_record import (
    AlreadyFetching,
    Download,
    DownloadRecord,
    DownloadState,
    read_download,
    read_downloads,
)
from transcription.core.model_download import DownloadFailed, download_snapshot, record_outcome

REPOSITORY = "somebody/whisper-small"
MODEL = bytes(range(256)) * 4000
FILES = {"config.json": b"{}", "model.bin": MODEL, "README.md": b"words", "onnx/vocabulary.txt": b"a\nb"}
PATTERNS = ["*.json", "model.bin", "onnx/*"]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    monkeypatch.setattr(model_download, "PAUSE_SECONDS", 0.01)
    with running_hub(REPOSITORY, dict(FILES)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def fetch(folder: Path, shown: list[Download] | None = None) -> str:
    """Fetch the model, and return why it could not be: the code, or nothing."""
    show = (lambda _: None) if shown is None else shown.append
    with DownloadRecord(folder, "whisper", "small", show) as record:
        try:
            download_snapshot(REPOSITORY, folder, PATTERNS, record)
        except DownloadFailed as failure:
            record.fail(failure.message)
            return failure.message.code
        record.finish()
        return ""


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_model_appears_whole_and_its_size_is_said_before_it_comes(hub: LoopbackServer, tmp_path: Path) -> None:
    shown: list[Download] = []
    folder = tmp_path / "models" / "small"
    assert fetch(folder, shown) == ""
    wanted = {name: body for name, body in FILES.items() if name != "README.md"}
    assert files_of(folder) == wanted
    sizes = [(one.total, one.done) for one in shown]
    total = sum(map(len, wanted.values()))
    assert sizes[:2] == [(0, 0), (total, 0)]
    assert shown[-1].state is DownloadState.HERE
    assert [place.name for place in (tmp_path / "models").iterdir() if not place.name.startswith(".")] == ["small"]


def test_it_is_taken_up_where_it_broke_off(hub: LoopbackServer, tmp_path: Path) -> None:
    hub.answers.breaks = [2, len(MODEL) // 2]
    assert fetch(tmp_path / "small") == ""
    assert files_of(tmp_path / "small")["model.bin"] == MODEL
    resumed = [int(asked.removeprefix("bytes=").rstrip("-")) for path, asked in hub.answers.asked if asked]
    assert resumed
    assert max(resumed) >= len(MODEL) // 4


def test_a_later_process_takes_it_up_too(hub: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_download, "MAX_BREAKS", 0)
    hub.answers.breaks = [10**9, len(MODEL) // 2, 0]
    assert fetch(tmp_path / "small") == "broken_off"
    assert not (tmp_path / "small").exists()
    hub.answers.breaks.clear()
    hub.answers.asked.clear()
    shown: list[Download] = []
    assert fetch(tmp_path / "small", shown) == ""
    assert shown[1].done > 0
    assert next(asked for path, asked in hub.answers.asked if path.endswith("model.bin")).startswith("bytes=")


def test_a_server_that_knows_no_ranges_sends_it_from_the_beginning(hub: LoopbackServer, tmp_path: Path) -> None:
    hub.answers.breaks, hub.answers.knows_ranges = [2, len(MODEL) // 2], False
    assert fetch(tmp_path / "small") == ""
    assert files_of(tmp_path / "small")["model.bin"] == MODEL


def test_other_files_than_the_hub_lists_are_thrown_away(hub: LoopbackServer, tmp_path: Path) -> None:
    hub.answers.lies = True
    assert fetch(tmp_path / "small") == "damaged"
    assert not (tmp_path / "small").exists()


def test_a_page_that_asks_for_a_log_in_is_known(hub: LoopbackServer, tmp_path: Path) -> None:
    hub.answers.is_portal = True
    assert fetch(tmp_path / "small") == "portal"


def test_a_page_instead_of_a_file_is_known(hub: LoopbackServer, tmp_path: Path) -> None:
    assert fetch(tmp_path / "small") == ""
    hub.answers.files["config.json"] = b"<html>"
    hub.answers.repository = "somebody/other"
    assert fetch(tmp_path / "other") == "no_repository"


def test_an_address_that_refuses_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    assert fetch(tmp_path / "small") == "unreachable"


def test_a_hole_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_download, "SILENCE_SECONDS", 0.3)
    with running_hole() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        assert fetch(tmp_path / "small") == "late"


def test_a_line_that_is_too_slow_is_given_up_as_a_whole(
    hub: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_download, "EXTRA_SECONDS", 0.0)
    monkeypatch.setattr(model_download, "MIN_BYTES_A_SECOND", 10**12)
    assert fetch(tmp_path / "small") == "late"


def test_what_an_older_download_left_makes_room(hub: LoopbackServer, tmp_path: Path) -> None:
    (tmp_path / "small" / ".cache").mkdir(parents=True)
    (tmp_path / "small" / "config.json").write_text("old")
    assert fetch(tmp_path / "small") == ""
    assert (tmp_path / "small" / "config.json").read_bytes() == b"{}"


def test_a_full_disk_is_told(hub: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".fetching").mkdir()
    (tmp_path / ".fetching" / "small").write_text("a file where a folder has to be")
    assert fetch(tmp_path / "small") == "unwritable"


def test_two_processes_do_not_fetch_one_model_at_once(tmp_path: Path) -> None:
    with DownloadRecord(tmp_path / "small", "whisper", "small") as first:
        first.begin("hub.example", 100)
        with pytest.raises(AlreadyFetching), DownloadRecord(tmp_path / "small", "whisper", "small"):
            pass
        with DownloadRecord(tmp_path / "other", "whisper", "other") as other:
            other.begin("hub.example", 5)
            assert [one.name for one in read_downloads(tmp_path)] == ["small", "other"]


def test_a_download_whose_process_is_gone_is_not_under_way(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    assert read_download(folder) is None
    with DownloadRecord(folder, "whisper", "small") as record:
        record.begin("hub.example", 3_000_000, 1_000_000)
        download = read_download(folder)
        assert download is not None
        assert download.progress("code").parameters == {
            "name": "small",
            "source": "hub.example",
            "done": 1,
            "total": 3,
        }
    assert read_download(folder) is None
    (tmp_path / ".fetching" / "small.json").write_text("{")
    assert read_download(folder) is None


def test_how_it_ended_stays_in_the_record(tmp_path: Path) -> None:
    with DownloadRecord(tmp_path / "small", "whisper", "small") as record:
        assert record_outcome(record, lambda: record.begin("hub.example", 7))
    download = read_download(tmp_path / "small")
    assert download is not None
    assert (download.state, download.done) == (DownloadState.HERE, 7)
