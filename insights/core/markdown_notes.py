"""Topics in Markdown notes: what each is called, and what is said of it first. Pure."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

LONGEST = 2000
"""Characters of a line, and of a paragraph, that are read."""
FENCE = re.compile(r" {0,3}(?:```|~~~)")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
UNDERLINED = re.compile(r" {0,3}=+[ \t]*$")
NO_PROSE = re.compile(r"\s*(?:$|#|[-*+][ \t]|\d+[.)][ \t]|>|\||<|\[[^\]]+\]:|!\[|(?:[-*_=][ \t]*){3,}$)|\t| {4}")
"""Lines of no paragraph: headings and tags, lists, quotations, tables, HTML, addresses, pictures, rules, code."""
MARKUP = (
    (re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"), ""),
    (re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]|]+)\]\]"), r"\1"),
    (re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"</?[A-Za-z][^>]*>"), ""),
    (re.compile(r"(?<!\w)([*_]{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"`+"), ""),
)


class Note(NamedTuple):
    """What is to be a topic: its name, and a sentence about it or an empty one."""

    name: str
    sentence: str


def topics_in_note(text: str, file_name: str) -> list[Note]:
    """Return the topics of a note: one for each heading of the first level, or where there is none, the note itself.

    file_name: without its ending; it names a note without a title. Where there are headings, what goes before the
    first says nothing.
    """
    title, lines = _without_front_matter([line[:LONGEST] for line in text.splitlines()])
    begins = list(_first_headings(lines))
    if not begins:
        return [Note(title or _of_file(file_name), _first_paragraph(lines))]
    ends = [line for line, _, _ in begins[1:]] + [len(lines)]
    return [
        Note(name, _first_paragraph(lines[body:end])) for (_, body, name), end in zip(begins, ends, strict=True) if name
    ]


def _without_front_matter(lines: list[str]) -> tuple[str, list[str]]:
    """Return a note's title, where its front matter (between two lines of ---) has one, and its lines after that."""
    if not lines or lines[0].rstrip() != "---":
        return "", lines
    front = list(takewhile(lambda line: line.rstrip() not in {"---", "..."}, lines[1:]))
    if len(front) + 1 == len(lines):
        return "", lines
    titles = [line.partition(":")[2].strip(" \"'") for line in front if line.lower().startswith("title:")]
    return next(iter(titles), ""), lines[len(front) + 2 :]


def _first_headings(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield, for each heading of the first level, its line, the line after it, and what it says."""
    for number, line in _outside_code(lines):
        heading = HEADING.match(line)
        if heading and len(heading[1]) == 1:
            yield number, number + 1, _plain(heading[2] or "")
        elif number + 1 < len(lines) and UNDERLINED.match(lines[number + 1]) and not NO_PROSE.match(line):
            yield number, number + 2, _plain(line)


def _first_paragraph(lines: list[str]) -> str:
    found: list[str] = []
    last = -1
    for number, line in _outside_code(lines):
        is_prose = not NO_PROSE.match(line)
        if found and (not is_prose or number != last + 1):
            break
        if is_prose:
            found.append(line)
            last = number
    return _plain(" ".join(found)[:LONGEST])


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers, apart from blocks of code."""
    is_code = False
    for number, line in enumerate(lines):
        if FENCE.match(line):
            is_code = not is_code
        elif not is_code:
            yield number, line


def _plain(text: str) -> str:
    for markup, instead in MARKUP:
        text = markup.sub(instead, text)
    return " ".join(text.split())


def _of_file(name: str) -> str:
    words = [] if " " in name else re.split(r"[-_]+", name)
    return " ".join(filter(None, words)) or name
