"""Words that stand nowhere but where a test put them, and where a data folder and its database still have any."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import connection

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


def canary_words(count: int = 50) -> list[str]:
    """Return as many different made-up words, each of ten letters."""
    words = []
    for number in range(count):
        letters, rest = "zy", number
        for place in range(8):
            kind = VOWELS if place % 2 else CONSONANTS
            rest, index = divmod(rest * 7 + place + number, len(kind))
            letters += kind[index]
        words.append(f"{letters[:8]}{CONSONANTS[number % 14]}{VOWELS[number // 14]}")
    assert len(set(words)) == count
    return words


def files_with(words: Iterable[str], *folders: Path) -> dict[str, set[str]]:
    """Return which files below some folders hold which of the words, in any case, as raw bytes."""
    wanted = [word.encode() for word in words]
    found = {}
    for file in _files(folders):
        content = file.read_bytes().lower()
        if held := {word.decode() for word in wanted if word in content}:
            found[str(file)] = held
    return found


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for at, _folders, names in os.walk(folder):
            yield from (Path(at) / name for name in names)


def tables_with(words: Iterable[str]) -> dict[str, set[str]]:
    """Return which tables of the database hold which of the words, in any column, ours or not."""
    wanted, found = list(words), {}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            content = b"\n".join(_as_bytes(value) for row in cursor.fetchall() for value in row).lower()
        if held := {word for word in wanted if word.encode() in content}:
            found[table] = held
    return found


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
