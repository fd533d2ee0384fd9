"""Topics in Markdown notes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.core.markdown_notes import Note, topics_in_note

HAND = """---
tags: [build]
title: ignored, for the note has a heading
---
before it

# The *hand* #

![sketch](hand.png)
- a list

A hand that [closes](https://example.org) by itself,
with `two` **springs** and a [[thumb|stiff thumb]].

More of it.

```
# no heading
```

Garden
======

## Roses
They need water.
"""


def test_each_heading_of_the_first_level_is_a_topic_with_its_first_paragraph() -> None:
    assert topics_in_note(HAND, "notes") == [
        Note("The hand", "A hand that closes by itself, with two springs and a stiff thumb."),
        Note("Garden", "They need water."),
    ]


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("Call the roofer.\nThen wait.\n\nMore.", "house repair", "Call the roofer. Then wait."),
        ("---\ntitle: 'The house'\n---\nIt leaks.", "The house", "It leaks."),
        ("---\nno end of it", "house repair", "no end of it"),
        ("## Part\n\n#tag\n> quoted\n\n| a | table |\n\nIt_has_lines, 2 * 3.", "house repair", "It_has_lines, 2 * 3."),
        ("", "house repair", ""),
        ("```\ncode\n```\n", "house repair", ""),
        ("#hashtag is no heading", "house repair", ""),
        (
            "[The roof][1] leaks, see <https://example.org>.\n\n[1]: https://example.org",
            "house repair",
            "The roof leaks, see .",
        ),
        ("![[sketch]] of the ==new== ~~old~~ roof &amp; gutter", "house repair", "sketch of the new old roof & gutter"),
        ("It leaks.\n---\nMore.", "house repair", "It leaks."),
    ],
)
def test_a_note_without_headings_is_one_topic(text: str, name: str, sentence: str) -> None:
    assert topics_in_note(text, "house-repair") == [Note(name, sentence)]


def test_a_note_named_by_signs_alone_is_called_so() -> None:
    assert topics_in_note("Text", "--") == [Note("--", "Text")]
    assert topics_in_note("Text", "_plan-b_") == [Note("plan b", "Text")]


def test_a_heading_that_says_nothing_is_no_topic() -> None:
    assert topics_in_note("# \nText\n# House\n", "note") == [Note("House", "")]


@given(st.text(alphabet="#=-`> [](x|*\n\t:.", max_size=60))
def test_whatever_stands_there_has_names_or_nothing(text: str) -> None:
    assert all(note.name for note in topics_in_note(text, "note"))


@pytest.mark.parametrize("signs", ["[", "*", "> ", "`", "![", "- ", "<a "])
def test_a_page_of_nothing_but_signs_is_read_in_seconds(signs: str) -> None:
    text = "\n".join([(signs * 2000)[:1999]] * 400)
    begun = time.process_time()
    topics_in_note(text, "note")
    assert time.process_time() - begun < 10
