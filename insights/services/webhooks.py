"""Addresses of a user's own that are told what happens here, and the rows of what they are to be told.

A row is written in the transaction of what it tells (`record_event`), or by absence, for words that are ready
(`record_ready_transcripts`): nothing that happened is lost with a process.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from capture.models import User
from capture.services.doors import Door, is_open
from capture.services.keyed_hash import keyed_hash
from insights.core.errors import CodedError
from insights.core.webhooks.addresses import IPNetwork, parse_networks
from insights.core.webhooks.message import webhook_secret
from insights.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from insights.signals import webhook_due
from transcription.models import Transcript

MAX_ENDPOINTS = 10
"""Addresses of one user."""


class EndpointRefused(CodedError):
    """A user has as many addresses as there may be, or this one already."""


def create_endpoint(user: User, url: str, events: Collection[str], *, with_words: bool) -> WebhookEndpoint:
    """Tell an address of a user's what happens from now on. Raises EndpointRefused."""
    now = timezone.now()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        known = WebhookEndpoint.objects.of(user)
        if known.filter(url=url).exists():
            raise EndpointRefused("webhook_known")
        if known.count() >= MAX_ENDPOINTS:
            raise EndpointRefused("too_many_webhooks", most=MAX_ENDPOINTS)
        times = {"created_at": now, "told_from": now, "rests_until": now}
        return WebhookEndpoint.objects.create(user=user, url=url, events=list(events), with_words=with_words, **times)


def secret_key_of(endpoint: WebhookEndpoint) -> bytes:
    """Return the key by which messages to an address are signed: nobody without the data folder's key has it."""
    return bytes.fromhex(keyed_hash("webhook", endpoint.pk.hex))


def secret_of(endpoint: WebhookEndpoint) -> str:
    """Return the secret of an address as its person gives it to whatever listens there."""
    return webhook_secret(secret_key_of(endpoint))


def allowed_networks() -> tuple[IPNetwork, ...]:
    """Return the networks that may be spoken to beside the internet."""
    return parse_networks(settings.WEBHOOK_NETWORKS)


def switch_off(endpoint: WebhookEndpoint, reason: WebhookEndpoint.Off = WebhookEndpoint.Off.PERSON) -> None:
    """Tell an address nothing any more: what waits for it is not sent."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(off=reason)
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING)
        waiting.update(state=WebhookDelivery.State.GIVEN_UP)


def switch_on(endpoint: WebhookEndpoint) -> None:
    """Tell an address again what happens from now on."""
    now, on = timezone.now(), WebhookEndpoint.Off.ON
    fresh = {"failing_since": None, "failures": 0, "told_from": now, "rests_until": now}
    WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(off=on).update(off=on, **fresh)


def delete_endpoint(endpoint: WebhookEndpoint) -> None:
    """Forget an address and what it was told."""
    endpoint.delete()


def send_test(endpoint: WebhookEndpoint) -> None:
    """Send an address a message that says nothing, soon."""
    _record([endpoint], WebhookEvent.TEST)


def record_event(
    user_id: int, event: WebhookEvent, *, transcripts: Iterable[UUID] = (), idea: UUID | None = None
) -> None:
    """Write, in the transaction of what happened, that a user's addresses are to be told of it.

    transcripts: one message for each. Old recordings are not told of.
    """
    told = [one for one in WebhookEndpoint.objects.told().filter(user=user_id) if event in one.events]
    if not told:
        return
    if idea is not None:
        _record(told, event, idea=idea)
    for transcript in Transcript.objects.live().filter(pk__in=list(transcripts)).values_list("pk", flat=True):
        _record(told, event, transcript=transcript)


def record_ready_transcripts() -> None:
    """Write what was written down and is not told yet."""
    now = timezone.now()
    for endpoint in _told_of_words():
        for transcript in endpoint.untold_transcripts(now).values_list("pk", flat=True):
            _record([endpoint], WebhookEvent.TRANSCRIPT_READY, transcript=transcript)


def count_due_webhooks() -> int:
    """Return for how many addresses something is to be sent or written; none in a copy that may not."""
    if not is_open(Door.WEBHOOKS):
        return 0
    now = timezone.now()
    untold = sum(endpoint.untold_transcripts(now).exists() for endpoint in _told_of_words())
    return WebhookEndpoint.objects.due(now).count() + untold


def count_endpoints() -> dict[str, int]:
    """Return how many addresses there are, by whether they are on or why not."""
    counted = WebhookEndpoint.objects.order_by().values_list("off").annotate(number=Count("pk"))
    return dict(counted)


def _told_of_words() -> list[WebhookEndpoint]:
    return [one for one in WebhookEndpoint.objects.told() if WebhookEvent.TRANSCRIPT_READY in one.events]


def _record(
    endpoints: Iterable[WebhookEndpoint],
    event: WebhookEvent,
    *,
    transcript: UUID | None = None,
    idea: UUID | None = None,
) -> None:
    now = timezone.now()
    about = {"event": event, "transcript_id": transcript, "idea_id": idea, "created_at": now, "due_at": now}
    # What two workers find untold at once is written once (webhook_words_once).
    WebhookDelivery.objects.bulk_create(
        [WebhookDelivery(endpoint=endpoint, **about) for endpoint in endpoints], ignore_conflicts=True
    )
    transaction.on_commit(lambda: webhook_due.send_robust(sender=WebhookDelivery), robust=True)
