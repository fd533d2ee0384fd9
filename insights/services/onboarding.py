"""The first topics of somebody who begins: named by hand, or taken from a folder of Markdown notes."""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple

from django.conf import settings

from capture.models import User
from capture.sources.safe_walk import open_file_below, walk_below
from insights.core.errors import CodedError
from insights.core.markdown_notes import Note, topics_in_note
from insights.models import Topic
from insights.services.topics import BadName, TakenName, create_topic
from transcription.core.messages import Message

NOTE_ENDINGS = {".md", ".markdown"}
NOTE_BYTES = 1_000_000
"""Of a note; longer ones are something else."""
NAME_SHOWN_CHARACTERS = 40
"""Of the name of a topic that was not made."""
FIRST_TOPICS = 5
"""Things on their mind that somebody who begins is asked for."""
TOPICS_AT_MOST = 200
"""Taken at once: whoever has more on their mind does not sort by them."""


class BadFolder(CodedError):
    """A folder from which no topics can be taken."""


class SeededTopics(NamedTuple):
    """number: topics that were made. known: names that are there already. problems: why all others were not made."""

    number: int
    known: int
    problems: list[Message]


def has_no_own_topics(user: User) -> bool:
    """Return whether somebody has no topic of their own yet."""
    return not Topic.objects.of(user).of_a_person().exists()


def create_topics(user: User, notes: Iterable[Note]) -> SeededTopics:
    """Make topics that a person named. A name that is there already is left as it is."""
    number, known, problems = 0, 0, list[Message]()
    for note in notes:
        try:
            create_topic(user, *note)
            number += 1
        except TakenName:
            known += 1
        except BadName as reason:
            why = {"why": reason.message.code, **reason.message.parameters}
            problems.append(Message("topic_refused", {"name": note.name[:NAME_SHOWN_CHARACTERS], **why}))
    return SeededTopics(number, known, problems)


def create_first_topics(user: User, names: Iterable[str], sentences: Iterable[str]) -> SeededTopics:
    """Make topics of what somebody who begins has on their mind; fields that were left empty are none."""
    named = islice(zip(names, sentences, strict=False), FIRST_TOPICS)
    return create_topics(user, [Note(*one) for one in named if one[0].strip()])


def seed_topics(user: User, folder: Path) -> SeededTopics:
    """Make topics of the Markdown notes below a folder. No link is followed, and nothing outside is read.

    Raises BadFolder.
    """
    notes, problems = _notes_in(folder)
    made = create_topics(user, notes)
    return made._replace(problems=[*problems, *made.problems])


def _notes_in(folder: Path) -> tuple[Sequence[Note], list[Message]]:
    """Return the topics of a folder's notes, and a problem for each note that cannot be read. Raises BadFolder."""
    notes: list[Note] = []
    problems: list[Message] = []
    for name in _note_names(folder):
        try:
            notes += topics_in_note(_note_text(folder, name), PurePath(name).stem)
        except OSError:
            problems.append(Message("note_unreadable", {"name": name}))
        except ValueError:
            problems.append(Message("note_no_text", {"name": name}))
        if len(notes) > TOPICS_AT_MOST:
            raise BadFolder("too_many_topics", most=TOPICS_AT_MOST)
    return notes, problems


def _note_text(folder: Path, name: str) -> str:
    """Return what a note says. Raises OSError, or ValueError where it is no text, or too long."""
    with open_file_below(folder, name) as file:
        text = file.read(NOTE_BYTES + 1)
    if len(text) > NOTE_BYTES:
        raise ValueError(name)
    return text.decode("utf-8-sig")


def _note_names(folder: Path) -> list[str]:
    try:
        found = [lying.name for lying in walk_below(folder, apart_from=settings.HOME)]
    except FileNotFoundError as error:
        raise BadFolder("no_such_folder", folder=str(folder)) from error
    except NotADirectoryError as error:
        raise BadFolder("not_a_folder", folder=str(folder)) from error
    except OSError as error:
        raise BadFolder("folder_unreadable", folder=str(folder)) from error
    visible = [name for name in found if not any(part.startswith(".") for part in PurePath(name).parts)]
    notes = [name for name in visible if PurePath(name).suffix.lower() in NOTE_ENDINGS]
    if not notes:
        raise BadFolder("no_notes", folder=str(folder))
    return notes
