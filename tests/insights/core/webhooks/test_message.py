"""Secrets and signatures, as the official library reads them; and when a message is sent again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from insights.core.webhooks.message import webhook_headers, webhook_secret
from insights.core.webhooks.schedule import LONGEST_REST, RETRY_DELAYS, endpoint_rest, retry_delay

KEY = bytes(range(32))


@given(st.binary(min_size=24, max_size=64), st.text())
def test_the_official_library_believes_a_signature(key: bytes, said: str) -> None:
    body = said.encode("utf-8", "replace")
    headers = {str(name): str(value) for name, value in webhook_headers(key, "msg_1", datetime.now(UTC), body).items()}
    Webhook(webhook_secret(key)).verify(body, headers, json_parse=False)


@pytest.mark.parametrize("changed", ["body", "id", "secret"])
def test_it_does_not_where_anything_was_changed(changed: str) -> None:
    headers = {str(name): str(value) for name, value in webhook_headers(KEY, "msg_1", datetime.now(UTC), b"{}").items()}
    body = b"[]" if changed == "body" else b"{}"
    if changed == "id":
        headers["webhook-id"] = "msg_2"
    secret = webhook_secret(KEY[::-1] if changed == "secret" else KEY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers, json_parse=False)


@given(st.floats(0, 1, exclude_max=True))
def test_a_message_is_sent_ten_times_in_three_to_four_days(chance: float) -> None:
    delays = [retry_delay(attempts, chance) for attempts in range(1, len(RETRY_DELAYS) + 1)]
    whole = sum((delay for delay in delays if delay), timedelta())
    assert delays[0] is not None
    assert delays[0] < timedelta(seconds=7)
    assert timedelta(days=3) < whole < timedelta(days=4)
    assert retry_delay(len(RETRY_DELAYS) + 1, chance) is None


def test_an_address_rests_a_little_longer_after_each_failure_up_to_a_bound() -> None:
    rests = [endpoint_rest(failures) for failures in (1, 2, 3, 1000)]
    assert rests == sorted(rests)
    assert rests[-1] == LONGEST_REST
