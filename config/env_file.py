"""The settings in a file: `NAME=value` lines, as people and editors write them."""

import codecs
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z_0-9]*)\s*=\s*(?P<value>[^\0]*)")
QUOTED = re.compile(r"""(?P<quote>['"])(?P<inside>.*)(?P=quote)""")
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a file begins that Windows calls "Unicode"."""


def read_settings_file(path: Path) -> dict[str, str]:
    """Return the settings in a file; of a name that stands there twice, the last.

    Raises ImproperlyConfigured, with the number of the line and never what is in it, where one cannot be read.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_text_of_file(path).splitlines(), start=1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        setting = LINE.fullmatch(written)
        if setting is None:
            raise ImproperlyConfigured(
                f"line {number} of {path.name} cannot be read. A line is NAME=value, or begins with # and is a remark."
            )
        found[setting["name"]] = _unquoted(setting["value"])
    return found


def _text_of_file(path: Path) -> str:
    try:
        written = path.read_bytes()
        return written.decode("utf-16" if written.startswith(WIDE_MARKS) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path.name} is no text in UTF-8. Save it as such.") from error
    except OSError as error:
        raise ImproperlyConfigured(f"{path.name} cannot be read: {error.strerror}.") from error


def _unquoted(value: str) -> str:
    """Return a value without the quotes around it; in double ones a backslash makes the sign behind it a plain one."""
    quoted = QUOTED.fullmatch(value)
    if quoted is None:
        return value
    inside: str = quoted["inside"]
    return re.sub(r"\\([^rnt])", r"\1", inside) if quoted["quote"] == '"' else inside
