"""What tools answer: fewer fields than the read API has, and doubtful words marked where they stand."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, Field

Row = dict[str, Any]


class ToldIdea(BaseModel):
    """One idea, in its speaker's words."""

    id: str
    text: str = Field(description="words in [perhaps not said: …] may be the transcription's, and not the speaker's")
    spoken_at: str = Field(description="by the clock where it was spoken")
    kind: str = Field(description="thought, task or question")
    topic: str | None = Field(description="the name of its topic; null: it is still to place")
    topic_id: str | None
    state: str = Field(description="what was decided of it: new (nothing yet), keep, later, act or let-go")
    done: bool = Field(description="whether it was ticked on the list to act on")
    memo_id: str
    starts_at_second: float = Field(description="of the recording's sound")


class ToldIdeas(BaseModel):
    """Some ideas, and how to get more."""

    ideas: list[ToldIdea]
    cursor: str | None = Field(description="to ask with for what follows, also where there are none; null at the end")


class ToldTopic(BaseModel):
    """One topic."""

    id: str
    name: str
    about: str = Field(description="what its person said of it, where they did")
    ideas: int


class ToldTopics(BaseModel):
    """Some topics, and how to get more."""

    topics: list[ToldTopic]
    cursor: str | None = Field(description="to ask with for what follows; null at the end")


class FoundByText(ToldIdeas):
    """Some of what a search found, the best first."""

    only_some_words: bool = Field(description="whether no idea has all the words, so that those with some are given")


class TopicWithIdeas(BaseModel):
    """A topic and some of its ideas, the last spoken first."""

    topic: ToldTopic
    ideas: list[ToldIdea]
    cursor: str | None = Field(description="to ask with for what follows; null at the end")


class ToldMemo(BaseModel):
    """One recording, and what was said in it."""

    id: str
    text: str = Field(description="words in [perhaps not said: …] may be the transcription's, and not the speaker's")
    words_are: str = Field(description="ready, waiting to be written down, no-speech or failed")
    language: str
    spoken_at: str
    context: str | None = Field(description="night, walk, sit or question, as far as is known")
    ideas: list[ToldIdea]


class ToldChange(BaseModel):
    """One thing that came, changed or went."""

    kind: str = Field(description="idea, topic, memo or sit")
    id: str
    change: str = Field(description="new, changed or gone")
    text: str | None = Field(description="an idea's or a recording's words, a topic's name; null where it is gone")


class ToldChanges(BaseModel):
    """What changed, and how to ask next time."""

    changes: list[ToldChange]
    cursor: str = Field(description="to ask with next time")
    more: bool = Field(description="whether there is more to ask for at once")


def marked_words(text: str, doubtful: Iterable[Sequence[int]]) -> str:
    """Return a text with its doubtful stretches marked. doubtful: characters from and to, in order."""
    parts, reached = [], 0
    for begin, end in doubtful:
        parts += [text[reached:begin], f"[perhaps not said: {text[begin:end]}]"]
        reached = end
    return "".join([*parts, text[reached:]])


def told_idea(row: Row) -> ToldIdea:
    """Return what is told of an idea. row: of the read API."""
    topic = row["topic"]
    return ToldIdea(
        id=str(row["id"]),
        text=marked_words(row["text"], row["doubtful"]),
        spoken_at=row["recorded_at"].isoformat(timespec="seconds"),
        kind=row["kind"],
        topic=topic and topic["name"],
        topic_id=topic and str(topic["id"]),
        state=row["state"],
        done=row["done"],
        memo_id=str(row["memo"]),
        starts_at_second=round(row["start"], 2),
    )


def told_topic(row: Row) -> ToldTopic:
    """Return what is told of a topic. row: of the read API, counted."""
    return ToldTopic(id=str(row["id"]), name=row["name"], about=row["sentence"], ideas=row["ideas"])


def told_memo(row: Row, ideas: Iterable[Row]) -> ToldMemo:
    """Return what is told of a recording and its ideas. row: of the read API."""
    words = row["words"] or {"text": "", "doubtful": [], "state": "waiting", "language": ""}
    return ToldMemo(
        id=str(row["id"]),
        text=marked_words(words["text"], words["doubtful"]),
        words_are=words["state"],
        language=words["language"],
        spoken_at=row["recorded_at"].isoformat(timespec="seconds"),
        context=row["context"] or None,
        ideas=[told_idea(idea) for idea in ideas],
    )


def told_change(row: Row) -> ToldChange:
    """Return what is told of a change. row: of the read API."""
    content = row["content"] or {}
    words = content.get("words") or content
    text = marked_words(words["text"], words["doubtful"]) if "text" in words else content.get("name")
    return ToldChange(kind=row["kind"], id=str(row["id"]), change=row["change"], text=text)


def topic_as_markdown(topic: ToldTopic, ideas: Iterable[ToldIdea]) -> str:
    """Return a topic as a text to read: its ideas one a line, with their dates."""
    lines = [f"- {idea.spoken_at[:10]}: {idea.text}" for idea in ideas]
    return "\n".join([f"# {topic.name}", "", *([topic.about, ""] if topic.about else []), *lines, ""])
