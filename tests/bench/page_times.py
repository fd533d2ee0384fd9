"""Write an account of so many ideas into an empty database, and measure each page of it, through all of Django.

A program: `python -m tests.bench.page_times IDEAS [PAGE ...]`, the data folder being STILLNOTE_HOME. Prints one JSON
object: of each page the server's milliseconds, how many queries it asks, and its KB of HTML.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django's models need its settings
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from capture.models import Device, User  # noqa: E402
from config.ops.database_statistics import refresh_statistics  # noqa: E402
from insights.core.embedding.wordllama import default_embedder  # noqa: E402
from insights.models import Arrangement, Author, Idea, Topic  # noqa: E402
from insights.services.index_cache import prepare_index_file  # noqa: E402
from insights.services.topic_places import place_new_topics  # noqa: E402
from tests.bench.account import Speaker, write_ideas  # noqa: E402

TOPICS, LARGEST_TOPIC_IDEAS = 300, 2_000
UNSORTED_EVERY = 50
IDEAS_A_DAY = 30
UNTIMED, TIMED = 3, 40
MOST_SECONDS = 30.0
"""For one page: what is slow is timed less often."""
HOST = "localhost"


def write_account(ideas: int) -> User:
    """Write a person's rows: one large topic, many others, some ideas in none; the latest were spoken just now."""
    user = User.objects.create_user("one", languages="en")
    device = Device.objects.create(user=user, name="phone")
    speaker = Speaker(TOPICS, seed=1)
    Topic.objects.bulk_create(
        Topic(user=user, name=" ".join(own[:3]), named_by=Author.PERSON, named_size=10**6) for own in speaker.own
    )
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    now, day = timezone.now(), timedelta(days=1) / IDEAS_A_DAY
    homes = list(_homes(ideas, topics))
    write_ideas(device, speaker, homes, lambda number: now - (ideas - number) * day)
    Arrangement.objects.create(user=user, version=1, vector_model=default_embedder().model)
    prepare_index_file(user.pk)
    while place_new_topics():
        pass
    refresh_statistics()
    return user


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


def measured(client: Client, address: str) -> dict[str, Any]:
    """Return what one page takes."""
    client.get(address, headers={"Host": HOST})  # the first one of a log-in writes down the browser
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers={"Host": HOST})
    queries = len(asked)  # now: Django forgets them with the next request
    assert answer.status_code == 200, (address, answer.status_code)
    spent, until = list[float](), time.perf_counter() + MOST_SECONDS
    for _ in range(UNTIMED + TIMED):
        begun = time.perf_counter()
        client.get(address, headers={"Host": HOST})
        spent.append(1000 * (time.perf_counter() - begun))
        if time.perf_counter() > until:
            break
    middle, most = np.percentile(spent[min(UNTIMED, len(spent) - 1) :], [50, 95])
    return {"p50": float(middle), "p95": float(most), "queries": queries, "kb": len(answer.content) / 1000}


def main() -> None:
    """Do what is asked, and print what was found."""
    ideas, *wanted = sys.argv[1:]
    call_command("migrate", verbosity=0)
    user = User.objects.first() or write_account(int(ideas))
    client = Client()
    client.force_login(user)
    pages = pages_of(user)
    print(json.dumps({name: measured(client, pages[name]) for name in wanted or pages}))


if __name__ == "__main__":
    main()
