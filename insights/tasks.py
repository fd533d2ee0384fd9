"""What a ring makes a worker do here."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from insights import services
from insights.services import digests


@shared_task
def place_ideas() -> bool:
    """Place the ideas of one transcript. Returns whether there was one."""
    return services.place_next()


@shared_task
def embed_anew() -> bool:
    """Compare ideas by the model of the settings, where another one still serves. Returns whether there is more."""
    return services.embed_anew()


@shared_task
def forget(user_id: int) -> None:
    """Drop what stands empty after a memo went for good."""
    services.forget(user_id)


@shared_task
def tidy_topics() -> None:
    """Try again what waits, and merge near-duplicates, at night."""
    services.tidy_all()


@shared_task
def look_again(idea_id: str) -> None:
    """Try the unsorted ideas near one that a person corrected."""
    services.look_again(UUID(str(idea_id)))


@shared_task
def send_digests() -> None:
    """Send the e-mails that are due."""
    digests.send_due(timezone.now())
