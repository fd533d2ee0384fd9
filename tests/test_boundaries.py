"""The rules of the house (ARCHITECTURE.md, "Who may know whom"), read from the code."""

import shutil
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.imports import ROOMS, Import, imports

HOUSE = Path(__file__).parent.parent

PURE = ("*.core*", "insights.evaluation*")
"""No Django and no settings: values are passed in."""

CAPTURE = (
    "capture.models*",
    "capture.services*",
    "capture.signals",
    "capture.core*",
    "capture.sources.safe_walk",
)
TRANSCRIPTION = tuple(f"transcription.{part}" for part in ("models*", "services*", "signals", "core*"))
MAY_IMPORT = {
    "capture": ("capture*",),
    "transcription": ("transcription*", *CAPTURE),
    "insights": ("insights*", *CAPTURE, *TRANSCRIPTION),
    "config": ("*",),
}
ONLY_FROM = {
    "*.tasks": ("config.pipeline",),
    "*.views*": ("*.urls",),
    "*.api": ("config.api", "config.urls"),
}
"""Who alone may import a module of that name."""


def ours(name: str) -> bool:
    return name.split(".", maxsplit=1)[0] in ROOMS


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def breaches(house: Path) -> Iterator[str]:
    """Yield a sentence for each import that breaks a rule."""
    found = list(imports(house))
    for one in found:
        where = f"{one.importer}:{one.line} imports {one.imported}"
        room = one.importer.split(".")[0]
        if fits(one.importer, PURE) and not _is_pure(one.imported):
            yield f"{where}: a pure core knows no Django and no settings"
        if not ours(one.imported):
            continue
        if not fits(one.imported, MAY_IMPORT[room]):
            yield f"{where}: {room} may not"
        for pattern, importers in ONLY_FROM.items():
            if fnmatch(one.imported, pattern) and one.imported != one.importer and not fits(one.importer, importers):
                yield f"{where}: only {', '.join(importers)} may"
        if one.is_local:
            yield f"{where}: inside a function, where a circle can hide"
    yield from _circles(found)


def _is_pure(imported: str) -> bool:
    """Return whether a pure core may know this: another one, its packages, or what has no Django in it."""
    if not ours(imported):
        return imported.split(".", maxsplit=1)[0] not in {"django", "celery", "environ"}
    return imported in ROOMS or fits(imported, PURE)


def _circles(found: list[Import]) -> Iterator[str]:
    graph: dict[str, set[str]] = {}
    for one in found:
        if ours(one.imported) and one.imported != one.importer:
            graph.setdefault(one.importer, set()).add(one.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle: " + " -> ".join(error.args[1])


def test_the_house_keeps_its_rules() -> None:
    assert list(breaches(HOUSE)) == []


def _add(path: str, line: str) -> Callable[[Path], None]:
    def change(house: Path) -> None:
        file = house / path
        file.write_text(file.read_text() + f"\n\n{line}\n")

    return change


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        (_add("capture/core/dates/headers.py", "import transcription.models"), "capture may not"),
        (_add("transcription/services/jobs.py", "from insights import models"), "transcription may not"),
        (_add("insights/core/segmentation/sentences.py", "from django.conf import settings"), "a pure core"),
        (_add("insights/core/topics/naming.py", "from transcription.models import Transcript"), "a pure core"),
        (_add("insights/core/topics/naming.py", "from insights import signals"), "a pure core"),
        (_add("insights/models/topics.py", "from config import settings"), "insights may not"),
        (_add("capture/core/dates/headers.py", "def f():\n    from capture import signals"), "inside a function"),
        (_add("transcription/services/jobs.py", "from transcription import tasks"), "only config.pipeline may"),
        (_add("capture/signals.py", "from capture import models\nimport capture.views"), "only *.urls may"),
        (_add("transcription/core/words.py", "from transcription.services import jobs"), "a circle"),
    ],
)
def test_a_breach_is_found(change: Callable[[Path], None], breach: str, tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(HOUSE / room, tmp_path / room)
    change(tmp_path)
    assert any(breach in sentence for sentence in breaches(tmp_path))
