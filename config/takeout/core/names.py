"""Names of files that every system takes: the same name for the same topic, whatever else is there."""

import re
import unicodedata

MAX_NAME_BYTES = 200
"""Of 255 that file systems take: what follows a name, and what an editor adds to it, has room."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|#^\[\]%]+")
"""What Windows refuses, and what means something in a link of Obsidian's."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)


def file_stem(name: str, without: str = "Untitled") -> str:
    """Return a name as a file may be called, without an ending. without: what stands for one of which nothing is left.

    No control characters, no mark of a link or a path, no dot or blank at either end, none of Windows' own names.
    """
    plain = unicodedata.normalize("NFC", name).encode("utf-8", "ignore").decode()
    shown = "".join(" " if unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} else one for one in plain)
    stem = " ".join(_UNSAFE.sub(" ", shown).split()).strip(". ")
    stem = _within_bytes(stem, MAX_NAME_BYTES).strip(". ") or without
    return f"{stem}_" if _RESERVED.fullmatch(stem) else stem


def file_key(stem: str) -> str:
    """Return what two names have in common that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", stem).casefold())


def free_stem(stem: str, taken: set[str]) -> str:
    """Return a name, with a number where it is taken, and take it. taken: keys of names (`file_key`)."""
    numbered = stem
    number = 1
    while file_key(numbered) in taken:
        number += 1
        numbered = f"{stem} {number}"
    taken.add(file_key(numbered))
    return numbered


def _within_bytes(stem: str, most: int) -> str:
    return stem.encode()[:most].decode("utf-8", "ignore")
