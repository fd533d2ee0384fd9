"""One person with many ideas in a database of their own, and what the service's own functions cost there.

A program, run in processes of its own: `python -m tests.bench.person make|warm|cold|web IDEAS DECISIONS`, the data
folder being STILLNOTE_HOME; `web` measures the real web server there. Prints one JSON object. The database is SQLite,
as users have it.
"""

import json
import os
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import numpy as np
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402 - Django's models need its settings
from django.utils import timezone  # noqa: E402

from capture.models import Device, User  # noqa: E402
from config.http.sessions import SessionStore  # noqa: E402
from config.runner.programs import WEB_ENVIRONMENT  # noqa: E402
from insights.core.embedding.wordllama import default_embedder  # noqa: E402
from insights.models import Arrangement, Author, Correction, Idea, Topic  # noqa: E402
from insights.services import place_ideas  # noqa: E402
from insights.services.ideas import move_idea  # noqa: E402
from insights.services.index_cache import prepare_index_file  # noqa: E402
from insights.services.index_rows import NotAtHand  # noqa: E402
from insights.services.index_storage import remove_index_file  # noqa: E402
from insights.services.suggestions import suggestions  # noqa: E402
from tests.bench.account import Speaker, unsaved_memo, write_ideas  # noqa: E402
from tests.support.web_server import Server  # noqa: E402
from transcription.models import Transcript  # noqa: E402

IDEAS_A_TOPIC = 50
MOST_TOPICS = 400
"""People have some hundred topics, however many ideas."""
UNSORTED_EVERY = 10
"""Every tenth idea waits for company."""
UNTIMED, TIMED = 3, int(os.environ.get("BENCH_TIMED", "300"))
MOST_SECONDS = 40.0
"""For one kind of figure: what is slow is timed less often."""
CALLED = "rank_and_assign"
"""What finds a new idea's topic, by the name under which the service calls it."""
PAGES, NEW_MEMOS = 100, 5
"""Of *Move* that are asked for in the real web server, and memos that come between."""
START = datetime(2020, 1, 1, tzinfo=UTC)


def make(ideas: int, decisions: int) -> dict[str, Any]:
    """Write the person's rows: memos of two ideas, in topics; of the latest ideas, some where the person put them."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("one")
    device = Device.objects.create(user=user, name="phone")
    speaker = _speaker(ideas, seed=1)
    named_by = Author.PERSON if decisions >= speaker.topics else Author.MACHINE
    Topic.objects.bulk_create(
        Topic(user=user, name=" ".join(own[:3]), named_by=named_by, named_size=10**6) for own in speaker.own
    )
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    # The decisions lie among the latest ideas that are sorted, one in two, so that topics have both.
    by_hand = set(range(max(0, ideas - 4 * decisions), ideas, 2)[::-1][:decisions])
    homes = [
        topics[number % len(topics)] if number // len(topics) % UNSORTED_EVERY or number in by_hand else None
        for number in range(ideas)
    ]
    write_ideas(device, speaker, homes, _spoken_at, by_hand)
    moved = Idea.objects.filter(placed_by=Author.PERSON).order_by("placed_at")
    for idea, topic in moved.values_list("pk", "topic"):
        former = {"Idea": {str(idea): {"topic_id": None, "placed_by": "machine"}}}
        Correction.objects.create(user=user, kind=Correction.Kind.MOVED, topic_id=topic, idea_id=idea, former=former)
    Arrangement.objects.create(user=user, version=decisions + 1, vector_model=default_embedder().model)
    return {"ideas": Idea.objects.count(), "topics": len(topics), "decisions": moved.count()}


def _speaker(ideas: int, seed: int) -> Speaker:
    return Speaker(max(3, min(ideas // IDEAS_A_TOPIC, MOST_TOPICS)), seed)


def _spoken_at(number: int) -> datetime:
    return START + timedelta(minutes=number)


class Spent:
    """What is spent within `with`, each time: milliseconds by the clock, and of this process's CPU."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def __enter__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    def __exit__(self, *_error: object) -> None:
        wall, cpu = self._begun
        self.wall.append(1000 * (time.perf_counter() - wall))
        self.cpu.append(1000 * (time.process_time() - cpu))

    def figures(self) -> dict[str, float]:
        """Return the middle and the 99th of a hundred, of the clock and of CPU, but for the first few."""
        found = {"n": float(len(self.wall) - UNTIMED), "cpu_mean": float(np.mean(self.cpu[UNTIMED:]))}
        for name, spent in (("", self.wall), ("cpu_", self.cpu)):
            middle, most = np.percentile(spent[UNTIMED:], [50, 99])
            found |= {f"{name}p50": float(middle), f"{name}p99": float(most)}
        return found


def _rounds() -> Iterator[int]:
    """Yield numbers: TIMED, or fewer where they take long."""
    until = time.perf_counter() + MOST_SECONDS
    for number in range(UNTIMED + TIMED):
        if number > UNTIMED + 2 and time.perf_counter() > until:
            return
        yield number


def warm(ideas: int, _decisions: int) -> dict[str, Any]:
    """Measure a process that has been at it for a while: suggestions, placing, a correction and what follows it."""
    user = User.objects.get()
    prepare_index_file(user.pk)
    some = list(Idea.objects.order_by("-placed_at")[: 4 * TIMED : 4])
    suggestion = Spent()
    for number in _rounds():
        with suggestion:
            suggestions(some[number % len(some)])
    spent = {"suggestion": suggestion, **_placing(user, ideas), **_correcting(user, some)}
    return {name: one.figures() for name, one in spent.items()}


def _placing(user: User, ideas: int) -> dict[str, Spent]:
    """Place memos as the worker does; and of that, what it costs to find the topic."""
    speaker, device = _speaker(ideas, seed=2), Device.objects.get()
    inside, whole = Spent(), Spent()
    placed_by = getattr(place_ideas, CALLED)

    def put(*given: Any) -> Any:
        with inside:
            return placed_by(*given)

    setattr(place_ideas, CALLED, put)
    for number in _rounds():
        transcript = _heard(device, ideas + number, speaker.says(number))
        with whole:
            place_ideas.place_transcript(transcript)
        assert transcript.ideas.exists()
    setattr(place_ideas, CALLED, placed_by)
    return {"placing": inside, "memo": whole}


def _heard(device: Device, number: int, text: str) -> Transcript:
    """Write a memo whose words are ready, and return its transcript."""
    transcript = unsaved_memo(device, number, text, timezone.now(), is_placed=False)
    transcript.memo.save()
    transcript.save()
    return transcript


def _correcting(user: User, some: list[Idea]) -> dict[str, Spent]:
    topics = list(Topic.objects.of(user).order_by("pk"))
    moved = list(Idea.objects.exclude(topic=None).order_by("-placed_at")[: UNTIMED + TIMED])
    corrected, next_one = Spent(), Spent()
    for number in _rounds():
        with corrected:
            move_idea(moved[number % len(moved)], topics[(7 * number) % len(topics)])
        with next_one:
            suggestions(some[-number % len(some)])
    return {"correction": corrected, "next_suggestion": next_one}


def cold(_ideas: int, _decisions: int) -> dict[str, Any]:
    """Measure the first suggestion of a fresh process: what the page waits for, and where it does not, what comes.

    What a worker does for it is done by another process.
    """
    idea = Idea.objects.select_related("user").order_by("-placed_at")[0]
    process = psutil.Process()
    before, begun, cpu = process.memory_full_info(), time.perf_counter(), time.process_time()
    try:
        suggestions(idea)
        page = time.perf_counter() - begun
    except NotAtHand:
        page = time.perf_counter() - begun
        _prepare_elsewhere()
        suggestions(idea)
    spent, cpu = time.perf_counter() - begun, time.process_time() - cpu
    after = process.memory_full_info()
    return {
        "page_ms": 1000 * page,
        "ms": 1000 * spent,
        "cpu_ms": 1000 * cpu,
        "mb": (after.rss - before.rss) / 1e6,
        "own_mb": (after.uss - before.uss) / 1e6,
    }


def _prepare_elsewhere() -> None:
    """Do in another process what a worker does for a page."""
    subprocess.run([sys.executable, "-m", "tests.bench.person", "prepare", "0", "0"], check=True, capture_output=True)


def prepare(_ideas: int, _decisions: int) -> dict[str, Any]:
    """Make the index file ready, as a worker does, and say what memory that took at most."""
    prepare_index_file(User.objects.get().pk)
    return {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}


class _MovedIn(Server):
    """The web server in a data folder in which the person lives already."""

    def _move_in(self) -> str:
        return ""


def web(_ideas: int, _decisions: int) -> dict[str, Any]:
    """Measure the larger of the web processes: at first, after the first *Move* without a file, and after many more.

    Between those another process places new ideas.
    """
    user = User.objects.get()
    remove_index_file(user.pk)
    session = SessionStore()
    session.update({SESSION_KEY: user.pk, HASH_SESSION_KEY: user.get_session_auth_hash()})
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    server = _MovedIn(settings.HOME, WEB_ENVIRONMENT)
    server.start()
    try:
        return _memory_of(server, session.session_key or "")
    finally:
        server.kill()


def _memory_of(server: Server, session: str) -> dict[str, Any]:
    ideas = list(Idea.objects.order_by("-placed_at").values_list("pk", flat=True)[:PAGES])

    def pages(ideas: list[uuid.UUID]) -> int:
        """Ask for the page of each idea, and return how many came without suggestions."""
        later = 0
        for idea in ideas:
            lines = f"GET /ideas/{idea}/move HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            answer = server.ask(f"{lines}Cookie: sessionid={session}\r\n\r\n".encode())
            assert answer.status == 200, answer
            later += b"?asked=" in answer.body
        return later

    found: dict[str, Any] = {"mb": server.memory() / 1e6}
    found["later"], found["first_mb"] = pages(ideas[:2]), server.memory() / 1e6
    _prepare_elsewhere()
    found["still_later"], found["mapped_mb"] = pages(ideas), server.memory() / 1e6
    for number in range(NEW_MEMOS):
        fresh = _placed_elsewhere(number)
        pages([fresh])
        _prepare_elsewhere()
        found["still_later"] += pages([fresh, *ideas[:20]])
    return found | {"end_mb": server.memory() / 1e6}


def _placed_elsewhere(number: int) -> uuid.UUID:
    command = [sys.executable, "-m", "tests.bench.person", "place", str(Idea.objects.count()), str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return uuid.UUID(json.loads(done.stdout.splitlines()[-1])["idea"])


def place(ideas: int, number: int) -> dict[str, Any]:
    """Place one more memo, as a worker does."""
    text = _speaker(ideas, seed=3 + number).says(number)
    transcript = _heard(Device.objects.get(), 2 * ideas + number, text)
    place_ideas.place_transcript(transcript)
    return {"idea": str(transcript.ideas.get().pk)}


PARTS = {"make": make, "warm": warm, "cold": cold, "web": web, "prepare": prepare, "place": place}


def main() -> None:
    """Do what is asked, and print what was found."""
    part, *numbers = sys.argv[1:]
    print(json.dumps(PARTS[part](*map(int, numbers))))


if __name__ == "__main__":
    main()
