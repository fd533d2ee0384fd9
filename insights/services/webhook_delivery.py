"""Webhooks on their way: claimed by a lease on their address, sent outside of transactions, written by the fence.

Each process sends by a few threads of its own: an address that is slow to answer holds up neither another one nor a
worker. A message of a process that was killed is sent again, under the same id, when the lease is over.
"""

import json
import logging
import random
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import Error, connections, transaction
from django.db.models import F
from django.utils import timezone

from capture.services.doors import Door, is_open
from insights.core.webhooks.message import webhook_headers
from insights.core.webhooks.post import NotSent, Route, post_message, resolve_name
from insights.core.webhooks.schedule import GIVE_UP_AFTER, endpoint_rest, retry_delay
from insights.models import WebhookDelivery, WebhookEndpoint
from insights.services import process_state
from insights.services.webhook_payload import payload_of
from insights.services.webhooks import (
    allowed_networks,
    count_due_webhooks,
    record_ready_transcripts,
    secret_key_of,
    switch_off,
)

ANSWER_SECONDS = 15.0
LEASE = timedelta(minutes=2)
"""Longer than a name takes to be resolved and an answer to come."""
MESSAGES_A_MINUTE = 60
"""To one address."""
LISTED_DAYS = 30
"""How long it is listed what an address was told: longer than it is looked for words that were not told."""
GONE_STATUS = 410

log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What came of a message. problem: why there was no status."""

    status: int | None
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the address took it."""
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's successes


@dataclass(frozen=True)
class DeliveryClaim:
    """The right to send one message, for as long as no newer fence was given out."""

    delivery: WebhookDelivery
    fence: int

    def send(self) -> None:
        """Send it, and write what came of it; where there is nothing to tell any more, drop it."""
        payload = payload_of(self.delivery)
        if payload is None:
            self._write_if_mine(self._drop)
            return
        answer = _post(self.delivery, json.dumps(payload, ensure_ascii=False).encode())
        self._write_if_mine(lambda: self._record(answer, timezone.now()))

    def _write_if_mine(self, write: Any) -> None:
        with transaction.atomic():
            mine = WebhookEndpoint.objects.filter(pk=self.delivery.endpoint_id, fence=self.fence)
            if mine.update(lease=None):
                write()

    def _drop(self) -> None:
        WebhookDelivery.objects.filter(pk=self.delivery.pk).update(state=WebhookDelivery.State.DROPPED)

    def _record(self, answer: Answer, now: datetime) -> None:
        endpoint = WebhookEndpoint.objects.get(pk=self.delivery.endpoint_id)
        _record_attempt(self.delivery, answer, now)
        if answer.is_taken:
            endpoint.failing_since, endpoint.failures = None, 0
            endpoint.rests_until = _free_from(endpoint, now)
        else:
            endpoint.failing_since = endpoint.failing_since or now
            endpoint.failures += 1
            endpoint.rests_until = now + endpoint_rest(endpoint.failures)
        endpoint.save(update_fields=["failing_since", "failures", "rests_until"])
        if answer.status == GONE_STATUS:
            switch_off(endpoint, WebhookEndpoint.Off.GONE)
        elif endpoint.failing_since and endpoint.failing_since <= now - GIVE_UP_AFTER:
            switch_off(endpoint, WebhookEndpoint.Off.FAILING)
        WebhookDelivery.objects.filter(endpoint=endpoint, created_at__lt=now - timedelta(days=LISTED_DAYS)).delete()


def _record_attempt(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    attempts = delivery.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "tried_at": now, "status": answer.status, "problem": answer.problem}
    delay = None if answer.is_taken else retry_delay(attempts, random.random())  # noqa: S311 - no secret
    if answer.is_taken:
        values["state"] = WebhookDelivery.State.TAKEN
    elif delay is None:
        values["state"] = WebhookDelivery.State.GIVEN_UP
    else:
        values["due_at"] = now + delay
    WebhookDelivery.objects.filter(pk=delivery.pk).update(**values)


def _free_from(endpoint: WebhookEndpoint, now: datetime) -> datetime:
    """Return from when an address may be sent the next message."""
    minute = timedelta(minutes=1)
    sent = WebhookDelivery.objects.filter(endpoint=endpoint, tried_at__gt=now - minute).order_by("-tried_at")
    full = sent.values_list("tried_at", flat=True)[MESSAGES_A_MINUTE - 1 : MESSAGES_A_MINUTE].first()
    return full + minute if full else now


def _post(delivery: WebhookDelivery, body: bytes) -> Answer:
    endpoint = delivery.endpoint
    headers = webhook_headers(secret_key_of(endpoint), delivery.message_id, timezone.now(), body)
    try:
        return Answer(
            post_message(endpoint.url, headers, body, Route(allowed_networks(), ANSWER_SECONDS, resolve_name))
        )
    except NotSent as reason:
        return Answer(None, reason.why)


def claim_next_delivery(now: datetime) -> DeliveryClaim | None:
    """Claim the oldest message that is due of the address that rested longest, or return None."""
    for endpoint in WebhookEndpoint.objects.due(now):
        mine = WebhookEndpoint.objects.filter(pk=endpoint.pk, fence=endpoint.fence)
        if not mine.update(fence=F("fence") + 1, lease=now + LEASE):
            continue
        due = WebhookDelivery.objects.due(now).filter(endpoint=endpoint).select_related("endpoint__user").first()
        if due is not None:
            return DeliveryClaim(due, endpoint.fence + 1)
        WebhookEndpoint.objects.filter(pk=endpoint.pk, fence=endpoint.fence + 1).update(lease=None)
    return None


def send_next() -> bool:
    """Send one message that is due. Returns whether there was one."""
    claim = claim_next_delivery(timezone.now())
    if claim is None:
        return False
    claim.send()
    return True


def send_due_webhooks() -> None:
    """Write what is untold, and let as many threads send as there are addresses waiting; return at once."""
    if not is_open(Door.WEBHOOKS):
        return
    record_ready_transcripts()
    senders = process_state.current.senders
    for _each in range(count_due_webhooks()):
        if not senders.acquire(blocking=False):
            return
        # A daemon: whoever stops the service does not wait for a stranger's answer.
        threading.Thread(target=_send_all, args=[senders], name="webhooks", daemon=True).start()


def _send_all(senders: threading.Semaphore) -> None:
    try:
        while is_open(Door.WEBHOOKS) and send_next():
            pass
    except Error as error:
        log.warning("Webhooks wait: the database cannot be used (%s)", type(error).__name__)
    finally:
        connections.close_all()
        senders.release()
