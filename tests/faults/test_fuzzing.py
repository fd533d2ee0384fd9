"""Mutants of recordings: whatever they are, the decoding child says so in time and within its memory."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.support.faults.counts import either, figure
from tests.support.faults.fuzzing import mutants
from tests.support.hostile.verdicts import Verdict, verdict

pytestmark = pytest.mark.alone

COUNT = either(150, 20_000)
READERS = 2
AT_MOST_SECONDS, AT_MOST_BYTES = 30.0, 512 * 1024**2


class Largest:
    """Looks again and again how much address space the children of this process's decoders' server have."""

    def __init__(self) -> None:
        self.bytes = 0
        self._ended = threading.Event()
        self._looker = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Largest":
        self._looker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._looker.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            for process in psutil.Process().children(recursive=True):
                try:
                    # Those that have set their limits: the server and what has just been forked from it have not.
                    if process.rlimit(psutil.RLIMIT_NOFILE) == (0, 0):
                        self.bytes = max(self.bytes, process.memory_info().vms)
                except psutil.Error:
                    continue


def test_mutants_have_their_verdicts(tmp_path: Path) -> None:
    def read(numbered: tuple[int, tuple[str, bytes]]) -> Verdict:
        number, (kind, content) = numbered
        path = tmp_path / str(number)
        try:
            return verdict(path, content, kind)
        finally:
            path.unlink()

    with ThreadPoolExecutor(READERS) as readers, Largest() as largest:
        found = list(readers.map(read, enumerate(mutants(COUNT))))
    died = sum(one.died for one in found)
    said = Counter(one.sentences[0].split(",")[0] if one.sentences else "whole" for one in found)
    slowest = max(one.wall_seconds for one in found)
    refused = sum(count for sentence, count in said.items() if sentence.startswith("It "))
    figure("mutants", COUNT, "files", refused=refused, whole=said["whole"], decoders_died=died)
    figure("the slowest mutant", slowest, "s")
    figure("the largest decoding child", largest.bytes / 1024**2, "MB")
    assert len(found) == COUNT
    assert died == 0
    assert slowest < AT_MOST_SECONDS
    assert 0 < largest.bytes <= AT_MOST_BYTES
    assert said["whole"] < COUNT


def test_the_mutants_are_the_same_each_time() -> None:
    assert list(mutants(20)) == list(mutants(20))
