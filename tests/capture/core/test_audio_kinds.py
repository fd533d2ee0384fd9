"""One table says what is taken: what is sniffed, what a picker offers, and what the documents name."""

import re
from pathlib import Path

from django.test import Client

from capture.core import audio_types
from capture.core.audio_kinds import KINDS
from capture.core.problems import PROBLEMS

HOUSE = Path(__file__).parents[3]
NAMES = [kind.endings[0] for kind in KINDS.values()]
ENDINGS = [f".{ending}" for kind in KINDS.values() for ending in kind.endings]


def test_what_is_sniffed_is_in_the_table_and_all_of_the_table_is_sniffed() -> None:
    source = Path(audio_types.__file__).read_text()
    assert {name for name in re.findall(r'"([a-z0-9]+)"', source) if name in KINDS} == KINDS.keys()
    sniffed = {kind for _, _, kind in audio_types._MAGIC} | set(audio_types._CHUNKED.values())
    assert sniffed <= KINDS.keys()


def test_the_picker_offers_all_that_is_taken(alices: Client) -> None:
    found = re.search(r'name="audio" accept="([^"]+)"', alices.get("/").content.decode())
    assert found
    offered = set(found[1].split(","))
    assert offered >= set(ENDINGS)
    assert offered >= {".mp4", ".mov", ".3gp", ".qta", ".oga", ".mka"}
    assert len(ENDINGS) == len(set(ENDINGS))


def test_the_documents_and_the_refusal_name_the_same() -> None:
    clients = (HOUSE / "docs" / "clients.md").read_text()
    row = next(line for line in clients.splitlines() if line.startswith("| `audio` |"))
    assert re.findall(r"(?<= )\.\w+|(?<=\()\.\w+", row) == ENDINGS
    for text in (row, " ".join(map(str, PROBLEMS["not-audio"]))):
        assert re.search(rf"{', '.join(NAMES[:-1])}(?:,| or) {NAMES[-1]}", text), text
