"""`manage.py evaluate_search QUESTIONS IDEAS ...`: how often search finds the answer, by words, by meaning, by both."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from capture.models import Memo, Source, User
from insights.core.embedding.protocol import Embedder, to_bytes
from insights.core.search.query import parse_query
from insights.core.segmentation.cues import without_cue
from insights.evaluation.streams import BadStream, read_stream
from insights.management.development import add_model_argument, embedder_for_command
from insights.models import Arrangement, Idea
from insights.services import process_state
from insights.services.search import fuse_found
from insights.services.search_filters import SearchFilters
from insights.services.search_meanings import find_near
from insights.services.search_words import find_by_words
from transcription.models import State, Transcript

FIRST = 5
LOOKED_AT = 30


class Question(NamedTuple):
    """What somebody asks, and the ids of the ideas of which one is to be found. kind: how they ask."""

    asked: str
    answers: list[str]
    kind: str


class Command(BaseCommand):
    """Search the ideas as those of a fresh user; nothing is kept."""

    help = (
        'Searches ideas, one JSON object a line ({"id", "text"}), for questions ({"asked", "answers": [ids], "kind"}), '
        f"and prints one JSON object: how often an answer is among the first {FIRST}. Nothing is kept in the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What is asked, and of what."""
        parser.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
        parser.add_argument("ideas", type=Path, nargs="+", metavar="IDEAS.jsonl")
        add_model_argument(parser)

    def handle(self, *, questions: Path, ideas: list[Path], model: str, **_options: Any) -> None:
        """Print the figures."""
        embedder = embedder_for_command(model)
        try:
            texts = {idea.id: idea.text for path in ideas for idea in read_stream(path)}
            asked = [Question(**json.loads(line)) for line in questions.read_text(encoding="utf-8").splitlines()]
        except (BadStream, OSError, ValueError, TypeError) as reason:
            raise CommandError(str(reason)) from reason
        with transaction.atomic():
            user = User.objects.create_user(f"evaluate {uuid4()}")
            keys = _write_ideas(user, list(texts.values()), embedder)
            figures = _recalls(user, asked, dict(zip(texts, keys, strict=True)), embedder)
            process_state.current.meanings.pop(user.pk, None)
            transaction.set_rollback(True)
        self.stdout.write(json.dumps({"model": embedder.model, "ideas": len(texts), **figures}))


def _write_ideas(user: User, texts: Sequence[str], embedder: Embedder) -> list[UUID]:
    """Write a memo and an idea for each text. Returns the ideas' keys."""
    now, keys = timezone.now(), list[UUID]()
    vectors = embedder.embed([without_cue(text, "en") for text in texts])
    Arrangement.objects.create(user=user, vector_model=embedder.model)
    for number, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        memo = Memo.objects.create(
            user=user, client_id=str(number), source=Source.IMPORT, recorded_at=now, received_at=now, kind="ogg",
            bytes=1, sha256=f"{number:064}", path=f"evaluated/{user.pk}-{number}",
        )  # fmt: skip
        transcript = Transcript.objects.create(memo=memo, due=now, state=State.READY, language="en", text=text)
        idea = Idea.objects.create(
            user=user, transcript=transcript, position=0, text=text, text_start=0, text_end=len(text), audio_start=0,
            audio_end=1, vector=to_bytes(vector), vector_model=embedder.model, placed_at=now,
        )  # fmt: skip
        keys.append(idea.pk)
    return keys


def _recalls(user: User, asked: list[Question], key_of: dict[str, UUID], embedder: Embedder) -> dict[str, Any]:
    """Return the share of questions whose answer is among the first: by each way, and of each kind of question."""
    found: dict[str, dict[str, list[bool]]] = {"words": {}, "meaning": {}, "fused": {}}
    vectors = embedder.embed([parse_query(one.asked).meaning for one in asked])
    for question, vector in zip(asked, vectors, strict=True):
        answers = {key_of[answer] for answer in question.answers}
        words = find_by_words(user, parse_query(f"{question.asked} "), SearchFilters())
        near = [one.key for one in find_near(user, embedder.model, vector, SearchFilters(), LOOKED_AT)]
        for way, ranked in (("words", words.ideas), ("meaning", near), ("fused", fuse_found(words, near))):
            found[way].setdefault(question.kind, []).append(not answers.isdisjoint(ranked[:FIRST]))
    return {
        way: {"all": _share([one for those in kinds.values() for one in those])}
        | {kind: _share(those) for kind, those in kinds.items()}
        for way, kinds in found.items()
    }


def _share(hits: list[bool]) -> float:
    return round(sum(hits) / len(hits), 3)
