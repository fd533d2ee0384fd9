"""Ideas that go where their memo says: as binding as a move by hand, and a lesson like one."""

from collections.abc import Hashable, Sequence
from typing import cast
from uuid import UUID, uuid4

from insights.core.directives.match import match_directives
from insights.models import Author, Correction, Idea, Topic
from transcription.models import Transcript


def apply_directives(transcript: Transcript, ideas: Sequence[Idea]) -> list[Correction]:
    """Put the new ideas of a transcript, all of which are given, into the topics that were said for them.

    Returns what is to be kept of that; nothing is saved. Most memos say nothing of the kind.
    """
    shown = Topic.objects.of(transcript.memo.user).for_list()
    names: dict[Hashable, str] = dict(shown.values_list("pk", "name"))
    topics = match_directives(transcript.heard(), [idea.text_start for idea in ideas], transcript.language, names)
    said, batch = [], uuid4()
    for idea, topic in zip(ideas, cast("list[UUID | None]", topics), strict=True):
        if topic is not None:
            former = {"Idea": {str(idea.pk): {"topic_id": None, "placed_by": Author.MACHINE}}}
            idea.topic_id, idea.placed_by = topic, Author.PERSON
            said.append(
                Correction(
                    user_id=idea.user_id,
                    kind=Correction.Kind.SPOKEN,
                    idea=idea,
                    topic_id=topic,
                    name=names[topic],
                    batch=batch,
                    former=former,
                )
            )
    return said
