"""The Celery application: doorbells for worker threads, and the clock that rings for digests."""

import os

from celery import Celery
from django.conf import settings

from config import folder_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("stillnote")
app.conf.update(
    broker_url=settings.REDIS_URL or folder_broker.URL,
    broker_transport_options=(
        {
            "socket_timeout": settings.BROKER_TIMEOUT,
            "socket_connect_timeout": settings.BROKER_TIMEOUT,
            "queue_order_strategy": "priority",
        }
        if settings.REDIS_URL
        else folder_broker.options(settings.BROKER_FOLDER)
    ),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_default_queue="stillnote",
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={"digests": {"task": "insights.tasks.send_digests", "schedule": settings.DIGEST_SECONDS}},
    beat_schedule_filename=str(settings.HOME / "beat"),
)
app.set_default()
app.autodiscover_tasks()
