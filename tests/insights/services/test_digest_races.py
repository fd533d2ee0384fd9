"""The morning e-mail while clocks ring twice and memos come in: each idea in one e-mail, each e-mail once."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from capture.models import Device, User
from insights.models import DigestPlan, Idea
from insights.services.digests import send_due
from insights.services.place_ideas import place_next_transcript
from tests.support.digest_mails import SEVEN, Mails
from tests.support.transcripts import place_texts, write_transcript


@pytest.mark.django_db(transaction=True)
def test_two_clocks_that_ring_at_once_send_one(reader: User, mailoutbox: Mails) -> None:
    start = threading.Barrier(4)
    sent: list[int] = []

    def ring() -> None:
        start.wait()
        sent.append(send_due(SEVEN))
        connection.close()

    clocks = [threading.Thread(target=ring) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sum(sent) == len(mailoutbox) == 1


def test_what_is_placed_while_a_mail_is_written_stands_in_the_next_one_and_in_no_other(
    reader: User, bedside: Device, mailoutbox: Mails
) -> None:
    place_texts(bedside, "Water the garden and the tomatoes every evening.")
    Idea.objects.filter(text__startswith="Water").update(placed_at=SEVEN + timedelta(microseconds=1))
    send_due(SEVEN)
    send_due(SEVEN + timedelta(days=1))
    first, second = mailoutbox
    assert "every evening" not in first.body
    assert "every evening" in second.body
    assert "spring" in first.body
    assert "spring" not in second.body


@pytest.mark.django_db(transaction=True)
def test_a_mail_waits_for_a_placement_that_is_being_written(
    reader: User, bedside: Device, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_transcript(bedside, "Water the garden and the tomatoes every evening.")
    inside, mail_began = threading.Event(), threading.Event()
    update = Idea.objects.bulk_update

    def slow(*arguments: Any, **named: Any) -> Any:
        inside.set()
        mail_began.wait(5)
        time.sleep(0.2)
        return update(*arguments, **named)

    def place_it() -> None:
        monkeypatch.setattr(type(Idea.objects), "bulk_update", lambda _self, *a, **n: slow(*a, **n))
        place_next_transcript()
        connection.close()

    placing = threading.Thread(target=place_it)
    placing.start()
    assert inside.wait(10)
    now = timezone.now()
    User.objects.filter(pk=reader.pk).update(time_zone="UTC")
    DigestPlan.objects.update(hour=0)
    mail_began.set()
    send_due(now)
    placing.join()
    assert "every evening" in mailoutbox[0].body
