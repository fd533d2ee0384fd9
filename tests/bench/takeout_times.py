"""One account that is taken along, in a data folder of its own, and what that costs.

A program, run in processes of its own: `python -m tests.bench.takeout_times` with `make MEMOS`, `export KIND FILE` or
`import FILE`. Prints one JSON object.
"""

import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from capture.models import Device, Memo, User  # noqa: E402
from config.takeout import taking_in  # noqa: E402
from config.takeout.compose import write_export  # noqa: E402
from config.takeout.core.manifest import TakeoutKind  # noqa: E402
from config.takeout.inserting import insert_rows  # noqa: E402
from insights.models import Topic  # noqa: E402
from tests.bench.account import Speaker, write_ideas  # noqa: E402

IDEAS_A_TOPIC = 50
SOUND_BYTES = 20_000
"""Of half a minute at the bit rate of phones it would be ten times as much, which is copied and no more."""
START = datetime(2020, 1, 1, tzinfo=UTC)


def make(memos: int) -> dict[str, Any]:
    """Write an account of so many recordings, with two ideas each."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("alice")
    device = Device.objects.create(user=user, name="bedside")
    count = 2 * memos // IDEAS_A_TOPIC
    topics = [Topic.objects.create(user=user, name=f"topic {number}").pk for number in range(count)]
    homes = [topics[number % count] for number in range(2 * memos)]
    write_ideas(device, Speaker(count, 0), homes, lambda number: START + timedelta(hours=number))
    folder = Path(settings.HOME) / "audio" / "00"
    folder.mkdir(parents=True)
    kept = list(Memo.objects.all())
    for number, memo in enumerate(kept):
        sound = number.to_bytes(8, "big") * (SOUND_BYTES // 8)
        (folder / memo.path.partition("/")[2]).write_bytes(sound)
        memo.bytes, memo.sha256 = len(sound), hashlib.sha256(sound).hexdigest()
    Memo.objects.bulk_update(kept, ["bytes", "sha256"], batch_size=500)
    return {}


def export(kind: str, path: str) -> dict[str, Any]:
    """Measure an export."""
    user = User.objects.get()
    with Path(path).open("wb") as file:
        cost = measured(lambda: write_export(user, cast("TakeoutKind", kind), file, timezone.now(), lambda _size: None))
    return cost | {"zip_mb": Path(path).stat().st_size / 1e6}


def bring(path: str) -> dict[str, Any]:
    """Measure taking in, and for how long others cannot write."""
    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bob")
    locked: list[float] = []

    def timed(*asked: Any) -> dict[str, int]:
        began = time.perf_counter()
        counts = insert_rows(*asked)
        locked.append(time.perf_counter() - began)
        return counts

    with mock.patch.object(taking_in, "insert_rows", timed):
        cost = measured(lambda: taking_in.take_in_here(user, Path(path), lambda _size: None))
    assert Memo.objects.filter(user=user).exists()
    return cost | {"locked_seconds": locked[0]}


def measured(work: Callable[[], object]) -> dict[str, Any]:
    """Return what some work takes: seconds, and MB more than this process had at its most."""
    before, began = peak_mb(), time.perf_counter()
    work()
    return {"seconds": time.perf_counter() - began, "mb": peak_mb() - before}


def peak_mb() -> float:
    """Return the most memory that this process had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", memos]:
            print(json.dumps(make(int(memos))))
        case ["export", kind, path]:
            print(json.dumps(export(kind, path)))
        case ["import", path]:
            print(json.dumps(bring(path)))
