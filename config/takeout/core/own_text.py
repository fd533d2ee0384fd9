"""A file that a person and the service both write: what stands outside of the markers is the person's.

The markers are comments of Obsidian's, which reading does not show. The first one has a hash of what was put between
them: what a person changed there all the same is kept behind the second.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import yaml

from config.takeout.core.notes import KEY_FIELD, TAG, Note, note_body, note_fields, pointer_body, yaml_list

POINTER_FIELD = "stillnote-moved"
END_LINE = "%% stillnote:end %%"
_BEGIN = re.compile(r"^%% stillnote:begin ?([0-9a-f]{0,16}) %%[ \t]*$", re.MULTILINE)
_END = re.compile(r"^%% stillnote:end %%[ \t]*(?:\n|\Z)", re.MULTILINE)
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)??---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^([^\s#:][^:\n]*):(?=\s)", re.MULTILINE)
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
_OUR_FIELDS = ("aliases", "tags", "created", KEY_FIELD, POINTER_FIELD)
_HASH_DIGITS = 16


class Document(NamedTuple):
    """A file, taken apart. fields: the lines of each field of the front matter, in order; "" are those before all.

    inside: what stands between the markers, or None where they are not there; digest: of what was put there.
    """

    fields: dict[str, str]
    before: str
    inside: str | None
    digest: str
    after: str

    @property
    def key(self) -> str:
        """Of which note of ours it is, or ""."""
        return self.fields.get(KEY_FIELD, "").partition(":")[2].strip()

    @property
    def is_pointer(self) -> bool:
        """Whether it only leads to another note."""
        return POINTER_FIELD in self.fields

    @property
    def own_text(self) -> str:
        """What the person wrote, without the front matter; what they changed between the markers included."""
        changed = changed_inside(self, "")
        return "\n".join(part.strip("\n") for part in (self.before, changed, self.after) if part.strip())

    @property
    def has_own_fields(self) -> bool:
        """Whether the person wrote into the front matter."""
        return any(text.strip() for name, text in self.fields.items() if name not in _OUR_FIELDS)

    @property
    def aliases(self) -> list[str]:
        """By which names it is found as well."""
        try:
            return _items(self.fields.get("aliases", ""))
        except ValueError:
            return []


def parse_document(text: str) -> Document:
    """Take a file apart."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    front = _FRONT.match(text)
    fields = _fields_of(front[1] or "") if front else {}
    body = text[front.end() :] if front else text
    begin = _BEGIN.search(body)
    if begin is None:
        return Document(fields, body, None, "", "")
    end = _END.search(body, begin.end())
    inside = body[begin.end() : end.start() if end else len(body)].removeprefix("\n")
    return Document(fields, body[: begin.start()], inside, begin[1], body[end.end() :] if end else "")


def write_note(note: Note, there: Document | None, moved: str = "") -> str:
    """Return the file of a note, with all that its person wrote into the one that is there.

    moved: what they wrote into another file, which becomes this one's.
    """
    fields = note_fields(note)
    document = there or Document({}, "\n", None, "", "")
    if there is not None:
        for field, ours in (("aliases", note.aliases), ("tags", [TAG])):
            fields[field] = _joined_list(field, ours, there.fields.get(field, ""))
    return _written(document, fields, note_body(note), moved)


def write_pointer(key: str, stem: str, there: Document | None) -> str:
    """Return the file of a name that a topic had: it leads to the one of today. there: what its person wrote stays."""
    fields = {KEY_FIELD: f"{KEY_FIELD}: {key}\n", POINTER_FIELD: f"{POINTER_FIELD}: true\n"}
    return _written(there or Document({}, "\n", None, "", ""), fields, pointer_body(stem), "")


def without_ours(there: Document) -> str:
    """Return what of a file is its person's, and whose note it was, should that come back; "" where nothing is."""
    text = there.own_text
    if not text and not there.has_own_fields:
        return ""
    own = {name: lines for name, lines in there.fields.items() if name not in _OUR_FIELDS or name == KEY_FIELD}
    return "---\n" + "".join(own.values()) + f"---\n\n{text}\n"


def changed_inside(there: Document, fresh: str) -> str:
    """Return the lines that a person put between the markers, unless the fresh text has them too; else ""."""
    if there.inside is None or _digest(there.inside) == there.digest:
        return ""
    known = Counter(line.strip() for line in fresh.splitlines())
    kept = []
    for line in there.inside.splitlines():
        if known[line.strip()] > 0:
            known[line.strip()] -= 1
        elif line.strip():
            kept.append(line)
    return "\n".join(kept) + "\n" if kept else ""


def _written(there: Document, fields: dict[str, str], body: str, moved: str) -> str:
    own = {name: text for name, text in there.fields.items() if name not in _OUR_FIELDS}
    front = "---\n" + own.pop("", "") + "".join((fields | own).values()) + "---\n"
    behind = _paragraph(changed_inside(there, body)) + there.after + _paragraph(moved)
    block = f"%% stillnote:begin {_digest(body)} %%\n{body}\n{END_LINE}\n"
    before = there.before if not there.before or there.before.endswith("\n") else f"{there.before}\n"
    return f"{front}{before}{block}{behind}"


def _paragraph(text: str) -> str:
    return f"\n{text}" if text.endswith("\n") else f"\n{text}\n" if text else ""


def _fields_of(front: str) -> dict[str, str]:
    """Return the lines of each field of a front matter, whatever YAML they hold."""
    begins = [found.start() for found in _FIELD.finditer(front)]
    fields = {"": front[: begins[0]] if begins else front}
    for start, end in zip(begins, [*begins[1:], len(front)], strict=True):
        name, lines = front[start:end].partition(":")[0].strip(), front[start:end]
        if name in _OUR_FIELDS:
            fields[""] += "".join(_COMMENT.findall(lines))
            lines = _COMMENT.sub("", lines)
        fields[name] = fields.get(name, "") + lines
    return fields


def _joined_list(field: str, ours: Iterable[str], there: str) -> str:
    """Return a list of ours and of what else is there; what is there and is no list of texts stays as it is."""
    try:
        told = _items(there)
    except ValueError:
        return there
    return yaml_list(field, list(dict.fromkeys([*ours, *told])))


def _items(lines: str) -> list[str]:
    """Return the texts of a field, a list or one alone. Raises ValueError where it holds anything else."""
    try:
        (told,) = (yaml.safe_load(lines) or {"": None}).values()
    except (yaml.YAMLError, AttributeError, RecursionError) as error:
        raise ValueError(lines) from error
    items = told if isinstance(told, list) else [] if told is None else [told]
    if not all(isinstance(item, str | int | float) for item in items):
        raise ValueError(lines)
    return [str(item) for item in items]


def _digest(body: str) -> str:
    return hashlib.sha256(body.strip("\n").encode("utf-8", "surrogateescape")).hexdigest()[:_HASH_DIGITS]
