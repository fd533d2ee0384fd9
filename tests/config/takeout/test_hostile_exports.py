"""Exports that somebody made or spoiled to do harm: refused whole, with nothing written."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from capture.models import Memo, User
from capture.storage import stores
from config.models import TakeIn
from config.takeout.core.manifest import MANIFEST_FILE
from config.takeout.tables import TABLES
from tests.support.faults.counts import either
from tests.support.takeouts import announced, export_files, export_rows, kept, packed, stored_files, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]

MUTANTS = either(60, 1000)
Spoil = Callable[[dict[str, bytes]], dict[str, bytes]]


def with_row(name: str, /, **fields: Any) -> Spoil:
    """Return what changes fields of the last row of a file."""

    def spoil(files: dict[str, bytes]) -> dict[str, bytes]:
        *lines, last = files[f"rows/{name}.jsonl"].splitlines()
        row = json.dumps(json.loads(last) | fields).encode()
        return announced(files | {f"rows/{name}.jsonl": b"\n".join([*lines, row, b""])})

    return spoil


def raw_line(name: str, line: bytes) -> Spoil:
    return lambda files: announced(files | {f"rows/{name}.jsonl": files[f"rows/{name}.jsonl"] + line + b"\n"})


def doubled(name: str) -> Spoil:
    return lambda files: announced(files | {f"rows/{name}.jsonl": files[f"rows/{name}.jsonl"] * 2})


OTHER = "00000000-0000-4000-8000-000000000000"
HOSTILE: dict[str, Spoil] = {
    "a file outside": lambda files: announced(files | {"../outside": b"x"}),
    "an absolute file": lambda files: announced(files | {"/etc/passwd": b"x"}),
    "a file of no name of ours": lambda files: announced(files | {"rows/more/rows.jsonl": b""}),
    "rows of an unknown kind": lambda files: announced(files | {"rows/Users.jsonl": b"{}"}),
    "sound of no memo": lambda files: announced(files | {f"audio/{OTHER}.ogg": b"x"}),
    "no manifest": lambda files: {name: file for name, file in files.items() if name != MANIFEST_FILE},
    "a file that is not announced": lambda files: files | {"markdown/more.md": b"x"},
    "other bytes of the same length": lambda files: (
        files | {"rows/topics.jsonl": files["rows/topics.jsonl"].swapcase()}
    ),
    "no topics": lambda files: announced({name: file for name, file in files.items() if "topics" not in name}),
    "no account": lambda files: announced(files | {"rows/account.jsonl": b""}),
    "two accounts": doubled("account"),
    "deep JSON": raw_line("topics", b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "not a number": raw_line("idea_states", b'{"idea": NaN}'),
    "an infinite number": with_row("ideas", audio_end=float("inf")),
    "an unknown field": with_row("memos", user=1),
    "a path": with_row("memos", path="../../x"),
    "a wrong type": with_row("memos", bytes="1"),
    "a number that is too large": with_row("topics", named_size=2**40),
    "a name that is too long": with_row("topics", name="x" * 121),
    "a NUL": with_row("topics", name="a\x00b"),
    "half a character": raw_line("vocabulary", b'{"word": "\\ud800"}'),
    "a year nobody lived in": with_row("sits", started_at="0001-01-01T00:00:00Z"),
    "a zone that is none": with_row("account", time_zone="../../etc/passwd"),
    "an unknown choice": with_row("corrections", kind="owned"),
    "an id of nothing": with_row("ideas", transcript=OTHER),
    "a kind of sound that is none": with_row("memos", kind="php"),
    "a wrong hash of sound": with_row("memos", sha256="0" * 64),
    "a client's id with a slash": with_row("memos", client_id="a/b"),
    "a topic merged into itself": lambda files: with_row("topics", merged_into=last_id(files, "topics"))(files),
    "words before the first": with_row("edits", first=9, last=3),
    "an edit of no words": with_row("edits", first=0, last=0),
    "a memory that is less than none": with_row("idea_states", stability=-1.0),
    "a clock a whole day ahead": with_row("memos", utc_offset=24 * 60),
    "more of a text than there is": with_row("ideas", text_end=10_000),
    "the same rows twice": doubled("memos"),
    "the same sit twice": doubled("sits"),
    "two transcripts at once": doubled("transcripts"),
    "the same word twice": doubled("vocabulary"),
}


def last_id(files: dict[str, bytes], name: str) -> str:
    return str(json.loads(files[f"rows/{name}.jsonl"].splitlines()[-1])["id"])


def test_hostile_exports_are_refused_whole(moved: bytes, bob: User, tmp_path: Path) -> None:
    files, before, stored = export_files(moved), kept(bob), stored_files(tmp_path)
    for named, spoil in HOSTILE.items():
        done = take(bob, packed(spoil(files), announce=False), tmp_path)
        assert done.problem == "export-damaged", named
        assert (kept(bob), stored_files(tmp_path)) == (before, stored), named
    assert take(bob, packed(files), tmp_path).state == TakeIn.State.DONE, "the positive control"


def _links(opened: zipfile.ZipFile, about: zipfile.ZipInfo) -> None:
    about.external_attr = 0o120777 << 16
    opened.writestr(about, "/etc/passwd")


def _bomb(opened: zipfile.ZipFile, about: zipfile.ZipInfo) -> None:
    opened.writestr(about, b"\n" * 50_000_000, zipfile.ZIP_DEFLATED)


def _twice(opened: zipfile.ZipFile, about: zipfile.ZipInfo) -> None:
    opened.writestr(about, "x")
    opened.writestr(about, "y")


def _other_packing(opened: zipfile.ZipFile, about: zipfile.ZipInfo) -> None:
    opened.writestr(about, "x", zipfile.ZIP_LZMA)


@pytest.mark.parametrize("add", [_links, _bomb, _other_packing, _twice])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zips_that_are_more_than_files_are_refused(
    moved: bytes, bob: User, tmp_path: Path, add: Callable[[zipfile.ZipFile, zipfile.ZipInfo], None]
) -> None:
    file = io.BytesIO(moved)
    with zipfile.ZipFile(file, "a") as opened:
        add(opened, zipfile.ZipInfo("markdown/more.md"))
    assert take(bob, file.getvalue(), tmp_path).problem == "export-damaged"


def test_a_directory_that_would_fill_the_memory_is_refused_unread(bob: User, tmp_path: Path) -> None:
    end = b"PK\x05\x06" + bytes(8) + (2**31).to_bytes(4, "little") + bytes(6)
    assert take(bob, end, tmp_path).problem == "export-damaged"


def test_mutants_are_taken_in_whole_or_refused(moved: bytes, bob: User, tmp_path: Path) -> None:
    """Each is spoiled at some places; what is taken in all the same is all of it."""
    chance = random.Random(19)
    stored = stored_files(tmp_path)
    taken = 0
    for number in range(MUTANTS):
        spoiled = mutant(moved, chance)
        done = take(bob, spoiled, tmp_path)
        rows = kept(bob)
        if done.state == TakeIn.State.DONE:
            taken += 1
            assert rows == {name: len(export_rows(spoiled, name)) for name in TABLES}, number
            clear(bob)
        else:
            assert set(rows.values()) == {0}, number
        assert stored_files(tmp_path) == stored, number
    assert taken < MUTANTS


def mutant(content: bytes, chance: random.Random) -> bytes:
    """Return a zip with some bytes other, gone, doubled or cut off; or a row of it, with a manifest that fits."""
    if chance.random() < 0.5:
        spoiled = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        return bytes(spoiled[: chance.randrange(len(spoiled))] if chance.random() < 0.2 else spoiled)
    files = export_files(content)
    name = chance.choice([name for name in files if name.startswith("rows/") and files[name]])
    lines = files[name].splitlines(keepends=True)
    line = bytearray(chance.choice(lines))
    at = chance.randrange(len(line))
    line[at : at + chance.randint(0, 3)] = chance.choice([b"", b"0", b"-1", b'"', b"null", b"[", b"\x00", b"\xff"])
    spoiled_lines = [*lines[1:], bytes(line)] if chance.random() < 0.5 else [*lines, bytes(line)]
    return packed(files | {name: b"".join(spoiled_lines)})


def clear(user: User) -> None:
    """Leave nothing of what was taken in."""
    for memo in Memo.objects.filter(user=user):
        stores.remove_recording(memo.path)
    for name in reversed(TABLES):
        table: Any = TABLES[name].model
        table.objects.filter(pk__in=TABLES[name].rows(user).values("pk")).delete()
