"""The Celery application: notifications for worker threads, and the clock for digests, topics and the mailbox."""

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from config.dispatch import folder_broker
from config.runner import parent_watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# By name: Redis's library takes a tenth of the time in which a process starts, and comes where there is a Redis alone.
TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = "config.dispatch.redis_broker:RedisTransport"


def redis_options(timeout: float) -> dict[str, Any]:
    """Return the transport options. timeout: seconds that a silent Redis may cost a notification."""
    # A black-holed server costs a notification that much, once: neither kombu nor redis-py tries again.
    return {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "max_retries": 0,
        "connect_retries_timeout": timeout,
        "queue_order_strategy": "priority",
    }


mail_in: dict[str, Any] = {
    "mail": {
        "task": "capture.tasks.read_mailbox",
        "schedule": settings.MAILIN_SECONDS,
        "options": {"expires": max(settings.MAILIN_SECONDS, 1.0)},
    }
}

app = Celery("stillnote")
app.conf.update(
    broker_url=settings.REDIS_URL or folder_broker.URL,
    broker_transport_options=redis_options(settings.BROKER_TIMEOUT)
    if settings.REDIS_URL
    else folder_broker.folder_options(settings.BROKER_FOLDER),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_default_queue="stillnote",
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        "digests": {
            "task": "insights.tasks.send_digests",
            "schedule": settings.DIGEST_SECONDS,
            "options": {"expires": max(settings.DIGEST_SECONDS, 1.0)},
        },
        "topics": {
            "task": "insights.tasks.tidy_topics",
            "schedule": crontab(hour="3", minute="10"),
            "options": {"expires": 3600.0},
        },
    }
    | (mail_in if settings.MAILIN_URL else {}),
    beat_scheduler="config.dispatch.beat_schedule:RememberedSchedule",
)
app.set_default()
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def _end_with_manager(**_signal: Any) -> None:
    parent_watch.end_with_manager()
