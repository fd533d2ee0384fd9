"""Notes: what any reader of Markdown and of front matter makes of them, and what is kept of a person's own text."""

from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from config.takeout.core.notes import Note, NoteIdea, SaidText, escaped, idea_block
from config.takeout.core.own_text import parse_document, without_ours, write_note, write_pointer

NIGHT = datetime(2026, 11, 30, 3, 12)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


def idea(text: str = "Water the garden.", *, key: str = "1", is_doubtful: bool = False) -> NoteIdea:
    return NoteIdea(key, [SaidText(text, is_doubtful)], NIGHT, "task", "../audio/x.ogg", 1.5, 3.25)


def note(*ideas: NoteIdea, title: str = "Garden", stem: str = "Garden", aliases: tuple[str, ...] = ()) -> Note:
    return Note("k-1", title, stem, aliases, NIGHT, "what grows", ["Pond"], ideas)


def test_an_idea_is_a_paragraph_with_an_id_and_a_link_into_its_recording() -> None:
    assert idea_block(idea()) == ("Water the garden.  \n[2026-11-30 03:12](../audio/x.ogg#t=1.5,3.25) · task ^idea-1")


def test_what_may_not_have_been_said_is_marked() -> None:
    assert idea_block(idea("odd words", is_doubtful=True)).startswith("==odd words (?)==")


@given(TEXTS)
def test_a_text_is_shown_as_it_was_said(text: str) -> None:
    (_open, inline, _close) = MarkdownIt().parse(escaped(f"a{text}"))
    shown = "".join(one.content if one.type == "text" else "\n" for one in inline.children or ())
    assert [line.split() for line in shown.splitlines() if line.split()] == [
        line.split() for line in f"a{text}".splitlines() if line.split()
    ]


@pytest.mark.parametrize("text", ["# no heading", "- no list", "1. none", "> no quote", "%% no comment %%", "[[no]]"])
def test_nothing_said_is_a_mark(text: str) -> None:
    assert [one.type for one in MarkdownIt().parse(escaped(text))] == ["paragraph_open", "inline", "paragraph_close"]


def test_the_front_matter_is_yaml() -> None:
    front = write_note(note(aliases=('The "old": #name',)), None).split("---\n")[1]
    told = yaml.safe_load(front)
    assert told == {"aliases": ['The "old": #name'], "tags": ["stillnote"], "created": NIGHT, "stillnote": "k-1"}


def test_what_a_person_wrote_around_it_stays() -> None:
    text = write_note(note(idea()), None)
    edited = (
        text.replace("tags:\n", "rating: 5\ntags:\n  - mine\n").replace("---\n\n", "---\n\nabove\n\n", 1) + "below\n"
    )
    again = write_note(note(idea("Water it twice.")), parse_document(edited))
    assert "Water it twice." in again
    assert "Water the garden." not in again
    assert all(own in again for own in ("above\n", "below\n", "rating: 5", '"mine"'))
    assert write_note(note(idea("Water it twice.")), parse_document(again)) == again


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda text: text.replace("%% stillnote:end %%\n", "mine\n"),
        lambda text: text.replace("%% stillnote:begin", "%% mine stillnote:begin"),
        lambda text: text.replace("Water the garden.", "Water the garden.\n\nmine\n"),
        lambda text: text.replace("\n", "\r\n") + "mine\r\n",
        lambda text: text.replace("---\n", "---\nmine: [1, {a: b}]\n", 1),
        lambda text: text.replace("aliases: []\n", "aliases: {mine: 1\n"),
        lambda text: text.replace("aliases: []\n", "# mine\naliases: []\n# mine\n"),
    ],
)
def test_nothing_of_theirs_is_lost_where_they_wrote_elsewhere(spoiled: object) -> None:
    edited = spoiled(write_note(note(idea()), None))  # type: ignore[operator]
    times = edited.count("mine")
    once = write_note(note(idea("new words")), parse_document(edited))
    again = write_note(note(idea("newer words")), parse_document(once))
    assert once.count("mine") >= times
    assert again.count("mine") == once.count("mine")


@given(st.lists(st.sampled_from(["a line", "", "- item", "---", "%% note %%", "key: value", "^x", "# H"]), max_size=8))
def test_their_lines_outlive_any_number_of_changes(lines: list[str]) -> None:
    text = write_note(note(idea()), None) + "\n".join(lines)
    for words in ("one", "two", "three"):
        text = write_note(note(idea(words)), parse_document(text))
    written = text.split("%% stillnote:end %%\n", 1)[1]
    assert written.rstrip("\n") == "\n".join(lines).rstrip("\n")


def test_a_name_of_before_leads_to_the_one_of_today_and_keeps_their_text() -> None:
    text = write_note(note(idea()), None) + "mine\n"
    moved = parse_document(write_pointer("k-1", "New", parse_document(text)))
    assert moved.is_pointer
    assert moved.key == "k-1"
    assert moved.inside == "→ [[New]]\n\n"
    assert moved.own_text == "mine"


def test_what_is_left_without_ours_is_theirs() -> None:
    text = write_note(note(idea()), None)
    assert without_ours(parse_document(text)) == ""
    assert without_ours(parse_document(f"{text}mine\n")) == "---\nstillnote: k-1\n---\n\nmine\n"
