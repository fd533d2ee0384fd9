"""Write an account of so many ideas into an empty database, and measure each page of it, through all of Django.

Pages are asked for late on the evening of the day on which the account ends, so that *Today* always has as much.

A program: `python -m tests.bench.page_times IDEAS [PAGE ...]`, the data folder being STILLNOTE_HOME. Prints one JSON
object: of each page, and of each list of the read API, the server's milliseconds by the clock and of this process's own
CPU, how many queries it asks, and its KB.
"""

import gzip
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import UUID

import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("UPLOADS_A_MINUTE", "1000000")  # tokens that read have the same limit
import_module("config.wsgi")  # as the web server has it loaded

from django.core.management import call_command  # noqa: E402 - Django's models need its settings
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from capture.models import Device, Memo, User  # noqa: E402
from capture.services.access_tokens import create_access_token  # noqa: E402
from config.ops.database_statistics import refresh_statistics  # noqa: E402
from insights.core.embedding.wordllama import default_embedder  # noqa: E402
from insights.core.review.choices import Decision  # noqa: E402
from insights.models import Arrangement, Author, Idea, ReviewState, Topic  # noqa: E402
from insights.services.index_cache import prepare_index_file  # noqa: E402
from insights.services.topic_places import place_new_topics  # noqa: E402
from tests.bench.account import BATCH_ROWS, Speaker, write_ideas  # noqa: E402

TOPICS, LARGEST_TOPIC_IDEAS = 300, 2_000
UNSORTED_EVERY = 50
IDEAS_A_DAY = 30
LATE_HOUR = 23
UNTIMED, TIMED = 3, 40
MOST_SECONDS = 6.0
"""For one page: what is slow is timed less often."""
HEADERS = {"Host": "localhost", "Accept-Encoding": "gzip"}
"""As a browser asks: what it takes to compress a page is counted."""


def write_account(ideas: int, speaks: type[Speaker] = Speaker) -> User:
    """Write a person's rows: one large topic, many others, some ideas in none; the latest were spoken just now."""
    user = User.objects.create_user("one", languages="en")
    device = Device.objects.create(user=user, name="phone")
    speaker = speaks(TOPICS, seed=1)
    Topic.objects.bulk_create(
        Topic(user=user, name=" ".join(own[:3]), named_by=Author.PERSON, named_size=10**6) for own in speaker.own
    )
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    now, day = timezone.now(), timedelta(days=1) / IDEAS_A_DAY
    homes = list(_homes(ideas, topics))
    write_ideas(device, speaker, homes, lambda number: now - (ideas - number) * day)
    write_decisions(user, now)
    Arrangement.objects.create(user=user, version=1, vector_model=default_embedder().model)
    prepare_index_file(user.pk)
    while place_new_topics():
        pass
    refresh_statistics()
    return user


def write_decisions(user: User, now: datetime) -> None:
    """Write what became of the ideas in reviews; of those of the last month nothing yet."""
    met = Idea.objects.of(user).filter(placed_at__lt=now - timedelta(days=30)).order_by("placed_at", "pk")
    states = (
        ReviewState(idea_id=key, user=user, decision=decision, seen_at=now, due_at=now + timedelta(days=number % 99))
        for number, key in enumerate(met.values_list("pk", flat=True))
        if (decision := _decision(number))
    )
    ReviewState.objects.bulk_create(states, batch_size=BATCH_ROWS)


def _decision(number: int) -> Decision | None:
    if number % 5000 == 1:
        return Decision.ACT
    if number % 50 == 2:
        return Decision.LET_GO
    return (None, *[Decision.LATER] * 3, *[Decision.KEEP] * 6)[number % 10]


def _homes(ideas: int, topics: list[UUID]) -> Iterator[UUID | None]:
    """Yield the topic of each idea: every fifth in the large one, until that has enough."""
    large = 0
    for number in range(ideas):
        if number % UNSORTED_EVERY == 0:
            yield None
        elif number % 5 == 1 and large < LARGEST_TOPIC_IDEAS:
            large += 1
            yield topics[0]
        else:
            yield topics[number % len(topics)]


def pages_of(user: User) -> dict[str, str]:
    """Return the address of each page by its name."""
    latest = Idea.objects.of(user).newest_first().exclude(topic=None)[0]
    largest = Topic.objects.of(user).order_by("pk")[0]
    return {
        "Today": "/",
        "Topics": "/topics/",
        "To place": "/topics/unsorted/",
        "the largest topic": f"/topics/{largest.pk}/",
        "its last page": f"/topics/{largest.pk}/?page=40",
        "another topic": f"/topics/{latest.topic_id}/",
        "a recording": f"/memos/{latest.transcript.memo_id}/",
        "All recordings": "/recordings/",
        "Move": f"/ideas/{latest.pk}/move",
        "Review": "/review/",
        "Act": "/act/",
        "Let go": "/let-go/",
        "Writing down": "/jobs/",
        "the mail's preview": "/digest/",
        "Settings": "/settings/",
        "Devices": "/devices/",
        "Health": "/health/",
    }


def lists_of(user: User) -> dict[str, str]:
    """Return the address of each list of the read API by its name: its first fifty, and fifty from its midst."""
    largest = Topic.objects.of(user).order_by("pk")[0]
    midst = f"until={Memo.objects.of(user).order_by('pk')[0].recorded_at:%Y-%m-%dT%H:%M:%SZ}"
    return {
        "API: ideas": "/api/v1/ideas",
        "API: ideas, from the midst": f"/api/v1/ideas?{midst}",
        "API: questions": "/api/v1/ideas?kind=question",
        "API: new tasks": "/api/v1/ideas?kind=task&state=new",
        "API: ideas to place": "/api/v1/ideas?topic=unsorted",
        "API: put off": "/api/v1/ideas?state=later",
        "API: of a context": "/api/v1/ideas?context=sit",
        "API: the oldest of the night": "/api/v1/ideas?context=night&order=oldest",
        "API: of old recordings": "/api/v1/ideas?archive=true",
        "API: the largest topic": f"/api/v1/topics/{largest.pk}/ideas",
        "API: its questions": f"/api/v1/ideas?topic={largest.pk}&kind=question",
        "API: topics": "/api/v1/topics",
        "API: memos": "/api/v1/memos",
        "API: changes": "/api/v1/changes",
    }


def measured(client: Client, address: str) -> dict[str, Any]:
    """Return what one page takes."""
    client.get(address, headers=HEADERS)  # the first one of a log-in writes down the browser
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers=HEADERS)
    queries = len(asked)  # now: Django forgets them with the next request
    assert answer.status_code == 200, (address, answer.status_code)
    sent = gzip.decompress(answer.content) if answer.has_header("Content-Encoding") else answer.content
    spent, until = list[tuple[float, float]](), time.perf_counter() + MOST_SECONDS
    while len(spent) < UNTIMED + TIMED and time.perf_counter() < until:
        begun = time.perf_counter(), time.process_time()
        assert client.get(address, headers=HEADERS).status_code == 200
        spent.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    middle, most = 1000 * np.percentile(spent[min(UNTIMED, len(spent) - 1) :], [50, 95], axis=0)
    took = dict(zip(("p50", "cpu50", "p95", "cpu95"), [*middle.tolist(), *most.tolist()], strict=True))
    return {**took, "queries": queries, "kb": len(sent) / 1000}


def main() -> None:
    """Do what is asked, and print what was found."""
    ideas, *wanted = sys.argv[1:]
    call_command("migrate", verbosity=0)
    latest = Idea.objects.order_by("-placed_at").values_list("placed_at", flat=True).first() or timezone.now()
    evening = latest.astimezone(UTC).replace(hour=LATE_HOUR, minute=0)
    with patch.object(timezone, "now", lambda: evening):
        print(json.dumps(found_at_evening(int(ideas), wanted)))


def found_at_evening(ideas: int, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what each page takes, or those that are wanted, of the account there is, or a new one of so many ideas."""
    user = User.objects.first() or write_account(ideas)
    person = Client()
    person.force_login(user)
    program = Client(headers={"Authorization": f"Bearer {create_access_token(user, 'bench')[1]}"})
    asked = {name: (person, address) for name, address in pages_of(user).items()}
    asked |= {name: (program, address) for name, address in lists_of(user).items()}
    return {name: measured(*asked[name]) for name in wanted or asked}


if __name__ == "__main__":
    main()
