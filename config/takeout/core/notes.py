"""Topics as Markdown that Obsidian reads: front matter, ideas as blocks with ids that stay, links between topics."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

TAG = "stillnote"
KEY_FIELD = "stillnote"
UNSORTED = "unsorted"
"""The key, and in capitals the name, of the note of ideas that stand in no topic."""

_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>#|~^%=$&])")
_BEGINS_A_LIST = re.compile(r"\A(\d{1,9})([.)])(?=\s|\Z)")
_BEGINS_A_BLOCK = re.compile(r"\A([-+:])")


class SaidText(NamedTuple):
    """A part of what was said, and whether it may not have been said."""

    text: str
    is_doubtful: bool


class NoteIdea(NamedTuple):
    """An idea in a note. clock: when it was spoken there. sound: links to the recording; start, end: seconds of it."""

    key: str
    said: Sequence[SaidText]
    clock: datetime
    kind: str
    sound: str
    start: float
    end: float


class Note(NamedTuple):
    """What a topic's file says. key: stays while the name changes. aliases: names by which it is found as well.

    stem: the name of the file. near: stems of the topics that are nearest.
    """

    key: str
    title: str
    stem: str
    aliases: Sequence[str]
    created: datetime | None
    sentence: str
    near: Sequence[str]
    ideas: Iterable[NoteIdea]


def note_fields(note: Note) -> dict[str, str]:
    """Return the lines of a note's front matter, by their field: each in YAML that any reader takes."""
    fields = {"aliases": yaml_list("aliases", note.aliases), "tags": yaml_list("tags", [TAG])}
    if note.created is not None:
        fields["created"] = f"created: {note.created.replace(tzinfo=None).isoformat(timespec='seconds')}\n"
    return fields | {KEY_FIELD: f"{KEY_FIELD}: {note.key}\n"}


def note_body(note: Note) -> str:
    """Return what a note says, without front matter."""
    parts = [f"# {escaped(note.title)}"]
    if note.sentence:
        parts.append(f"> {escaped(note.sentence)}")
    if note.near:
        parts.append("→ " + " · ".join(f"[[{stem}]]" for stem in note.near))
    parts += [idea_block(idea) for idea in note.ideas]
    return "\n\n".join(parts) + "\n"


def idea_block(idea: NoteIdea) -> str:
    """Return an idea as a paragraph of two lines, with the id by which other notes link to it."""
    text = _lines_of("".join(_marked(one) for one in idea.said))
    kind = "" if idea.kind == "thought" else f" · {idea.kind}"
    span = f"{idea.sound}#t={_seconds(idea.start)},{_seconds(idea.end)}"
    return f"{text}  \n[{idea.clock:%Y-%m-%d %H:%M}]({span}){kind} ^idea-{idea.key}"


def pointer_body(stem: str) -> str:
    """Return what stands in the file of a name that a topic had before: links to it go on working."""
    return f"→ [[{stem}]]\n"


def escaped(text: str) -> str:
    """Return a text of one paragraph as Markdown shows it: nothing in it is a mark, a link or a comment."""
    return _lines_of(_MEANS_SOMETHING.sub(r"\\\1", text))


def _marked(one: SaidText) -> str:
    text = _MEANS_SOMETHING.sub(r"\\\1", one.text)
    if not one.is_doubtful or not text.strip():
        return text
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}=={text.strip()} (?)=={trail}"


def _lines_of(text: str) -> str:
    """Return the lines of a text as one paragraph: none begins a list, a heading or code."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    kept = [_BEGINS_A_BLOCK.sub(r"\\\1", _BEGINS_A_LIST.sub(r"\1\\\2", line)) for line in lines if line]
    return "  \n".join(kept)


def _seconds(at: float) -> str:
    return f"{at:.2f}".rstrip("0").rstrip(".")


def yaml_list(field: str, items: Sequence[str]) -> str:
    """Return the lines of a field of front matter that holds a list of texts."""
    if not items:
        return f"{field}: []\n"
    return f"{field}:\n" + "".join(f"  - {json.dumps(item, ensure_ascii=False)}\n" for item in items)
