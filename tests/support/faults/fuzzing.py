"""Mutants of short recordings: bits flipped, bytes set, stretches zeroed, cut out, doubled and overwritten."""

import random
from collections.abc import Callable, Iterator

from tests.support.hostile.damaged import MADE, whole
from tests.support.hostile.files import flipped

SECONDS = 0.5
SEED = 5
Change = Callable[[bytes, random.Random], bytes]


def mutants(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many (kind, content), the same each time. kind: what its first bytes said before."""
    numbers = random.Random(SEED)
    seeds = [(MADE[name].kind, whole(name, SECONDS)) for name in MADE]
    for _ in range(count):
        kind, content = numbers.choice(seeds)
        for _ in range(numbers.choice((1, 1, 1, 2, 4))):
            content = numbers.choice(CHANGES)(content, numbers)
        yield kind, content


def _bits(content: bytes, numbers: random.Random) -> bytes:
    return flipped(content, numbers, numbers.choice((1, 4, 32))) if content else content


def _head(content: bytes, numbers: random.Random) -> bytes:
    """Change where containers say what they hold."""
    return flipped(content[:200], numbers, 3) + content[200:] if content else content


def _extremes(content: bytes, numbers: random.Random) -> bytes:
    start, _end = _stretch(content, numbers)
    extreme = numbers.choice((b"\0", b"\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff" * 8, b"\0\0\0\1"))
    return content[:start] + extreme + content[start + len(extreme) :]


def _zeroed(content: bytes, numbers: random.Random) -> bytes:
    start, end = _stretch(content, numbers)
    return content[:start] + bytes(end - start) + content[end:]


def _without(content: bytes, numbers: random.Random) -> bytes:
    start, end = _stretch(content, numbers)
    return content[:start] + content[end:]


def _doubled(content: bytes, numbers: random.Random) -> bytes:
    start, end = _stretch(content, numbers)
    return content[:end] + content[start:]


def _noise(content: bytes, numbers: random.Random) -> bytes:
    start, end = _stretch(content, numbers)
    return content[:start] + numbers.randbytes(end - start) + content[end:]


def _cut(content: bytes, numbers: random.Random) -> bytes:
    return content[: _stretch(content, numbers)[1]]


def _stretch(content: bytes, numbers: random.Random) -> tuple[int, int]:
    start = numbers.randrange(len(content) + 1)
    return start, min(len(content), start + numbers.choice((1, 16, 256, 4096)))


CHANGES: tuple[Change, ...] = (_bits, _head, _extremes, _zeroed, _without, _doubled, _noise, _cut)
