"""Topics in Markdown notes: what each is called, and what is said of it first. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise, takewhile
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

READ_CHARACTERS = 2000
"""Of a line, and of a paragraph, that are read."""
INLINE = MarkdownIt("commonmark").enable("strikethrough")
BLOCKS = MarkdownIt("commonmark").enable("table")
BLOCKS.core.ruler.disable(["inline", "text_join"])
"""Only what is needed is read within lines: a page of nothing but brackets would take minutes."""
EXTENSIONS = (
    (re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]|]+)\]\]"), r"\1"),
    (re.compile(r"(?<!\w)==(?=\S)(.+?)(?<=\S)==(?!\w)"), r"\1"),
)
"""What note apps add to Markdown: links to notes, and marked text."""
NO_PROSE = ("#", "|")
"""How lines of a paragraph begin that say nothing: tags, and rows of a table without a head."""


class Note(NamedTuple):
    """What is to be a topic: its name, and a sentence about it or an empty one."""

    name: str
    sentence: str


def topics_in_note(text: str, file_name: str) -> list[Note]:
    """Return the topics of a note: one for each heading of the first level, or where there is none, the note itself.

    file_name: without its ending; it names a note without a title. Where there are headings, what goes before the
    first says nothing.
    """
    title, lines = _without_front_matter([line[:READ_CHARACTERS] for line in text.splitlines()])
    links: dict[str, Any] = {}
    tokens = BLOCKS.parse("\n".join(lines), links)
    begins = [number for number, token in enumerate(tokens) if token.type == "heading_open" and _is_first_level(token)]
    if not begins:
        return [Note(title or _name_of_file(file_name), _first_paragraph(tokens, links))]
    sections = [tokens[begin:end] for begin, end in zip(begins, [*begins[1:], len(tokens)], strict=True)]
    notes = [Note(_plain_text(section[1], links), _first_paragraph(section[3:], links)) for section in sections]
    return [note for note in notes if note.name]


def _without_front_matter(lines: list[str]) -> tuple[str, list[str]]:
    """Return a note's title, where its front matter (between two lines of ---) has one, and its lines after that."""
    if not lines or lines[0].rstrip() != "---":
        return "", lines
    front = list(takewhile(lambda line: line.rstrip() not in {"---", "..."}, lines[1:]))
    if len(front) + 1 == len(lines):
        return "", lines
    titles = [line.partition(":")[2].strip(" \"'") for line in front if line.lower().startswith("title:")]
    return next(iter(titles), ""), lines[len(front) + 2 :]


def _is_first_level(token: Token) -> bool:
    return token.level == 0 and token.tag == "h1"


def _first_paragraph(tokens: Sequence[Token], links: dict[str, Any]) -> str:
    """Return the first paragraph that stands in no list, quotation or table, as plain text."""
    paragraphs = (
        _plain_text(inline, links)
        for opens, inline in pairwise(tokens)
        # A line of --- below a paragraph is meant as a rule more often than as the mark of a heading.
        if opens.level == 0 and (opens.type, opens.markup) in {("paragraph_open", ""), ("heading_open", "-")}
    )
    return next(filter(None, paragraphs), "")


def _plain_text(inline: Token, links: dict[str, Any]) -> str:
    """Return what a heading or paragraph says, in one line, without marks. links: addresses by their names."""
    lines = dropwhile(_is_no_prose, inline.content.split("\n"))
    prose = "\n".join(takewhile(lambda line: not _is_no_prose(line), lines))[:READ_CHARACTERS]
    (parsed,) = INLINE.parseInline(prose, links)
    text = "".join(_texts(parsed.children or []))
    for pattern, instead in EXTENSIONS:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def _is_no_prose(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(NO_PROSE)


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the texts of a paragraph; not of pictures, and no bare addresses."""
    is_address = False
    for token in tokens:
        if token.type == "link_open":
            is_address = token.info == "auto"
        elif token.type == "link_close":
            is_address = False
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type in {"text", "code_inline"} and not is_address:
            yield token.content


def _name_of_file(name: str) -> str:
    words = [] if " " in name else re.split(r"[-_]+", name)
    return " ".join(filter(None, words)) or name
