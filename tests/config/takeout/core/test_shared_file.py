"""A file that its person may be writing at this moment is replaced, and nothing of theirs is lost."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest

from config.takeout.core.own_text import Document
from config.takeout.core.shared_file import TRIES, BusyFile, change_file


def block(words: str) -> Callable[[Document | None], str]:
    """Return what puts words between the markers, and keeps what stands around them."""
    end = "%% end %%\n"
    return lambda there: f"%% begin %%{words}{end}" + (there.before if there else "").partition(end)[2]


def test_what_is_written_between_the_reading_and_the_renaming_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("%% begin %%old%% end %%\nmine 0\n")
    told: list[str] = []

    def change(there: Document | None) -> str:
        if len(told) < 2:
            told.append("edit")
            if len(told) == 1:  # as an editor that writes in place
                with path.open("a") as file:
                    file.write("mine 1\n")
            else:  # as one that renames
                other = tmp_path / "other"
                other.write_text(path.read_text() + "mine 2\n")
                other.replace(path)
        return block("new")(there)

    assert change_file(path, change)
    assert path.read_text() == "%% begin %%new%% end %%\nmine 0\nmine 1\nmine 2\n"


class LateEditor:
    """Opens a file just before its name is taken, and writes a line into it a little later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, edits: int) -> None:
        self.lines = [f"mine {number}\n" for number in range(1, edits + 1)]
        self._left = list(self.lines)
        self._threads: list[threading.Thread] = []
        replace = Path.replace

        def replaced(source: Path, target: Path) -> Path:
            self._open(target)
            return replace(source, target)

        monkeypatch.setattr(Path, "replace", replaced)

    def _open(self, path: Path) -> None:
        if self._left:
            self._threads.append(threading.Thread(target=self._write, args=(path.open("a"), self._left.pop(0))))
            self._threads[-1].start()

    def _write(self, file: TextIO, line: str) -> None:
        time.sleep(0.05)
        with file:
            file.write(line)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def test_what_is_written_into_the_old_file_as_it_is_replaced_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("%% begin %%old%% end %%\nmine 0\n")
    editor = LateEditor(monkeypatch, edits=1)
    assert change_file(path, block("new"))
    editor.join()
    assert path.read_text() == "%% begin %%new%% end %%\nmine 0\nmine 1\n"


def test_what_is_written_into_each_old_file_is_kept_though_it_ends_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("%% begin %%old%% end %%\nmine 0\n")
    editor = LateEditor(monkeypatch, edits=TRIES)
    runs = iter(range(TRIES))

    def change(there: Document | None) -> str:
        return block(f"new {next(runs)}")(there)

    with pytest.raises(BusyFile):
        change_file(path, change)
    editor.join()
    assert path.read_text() == "".join(["%% begin %%new 7%% end %%\nmine 0\n", *editor.lines])


def test_late_lines_do_not_take_away_what_stands_in_the_new_file_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("%% begin %%old%% end %%\nmine 0\n")
    replace, opened = Path.replace, []

    def replaced(source: Path, target: Path) -> Path:
        late = target.open("a")
        result = replace(source, target)
        with target.open("a") as new, late:
            new.write("in the new one\n")
            late.write("in the old one\n")
        opened.append(target)
        monkeypatch.setattr(Path, "replace", replace)
        return result

    monkeypatch.setattr(Path, "replace", replaced)
    assert change_file(path, block("new"))
    assert opened == [path]
    assert path.read_text() == "%% begin %%new%% end %%\nmine 0\nin the new one\nin the old one\n"


def test_an_editor_that_has_the_file_open_is_not_replaced_under_its_hands(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("%% begin %%old%% end %%\nmine 0\n")
    with path.open("a") as editor:
        with pytest.raises(BusyFile):
            change_file(path, block("new"))
        editor.write("mine 1\n")
    assert path.read_text() == "%% begin %%old%% end %%\nmine 0\nmine 1\n"
    assert change_file(path, block("new"))
    assert path.read_text() == "%% begin %%new%% end %%\nmine 0\nmine 1\n"


def test_a_file_that_is_written_all_the_time_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("0")

    def change(there: Document | None) -> str:
        path.write_text(path.read_text() + "1")
        return block("new")(there)

    with pytest.raises(BusyFile):
        change_file(path, change)
    assert path.read_text() == "0" + "1" * 8
    assert [file.name for file in tmp_path.glob(".*")] == []
