"""The morning e-mail: due once a day at its reader's own hour, claimed before it is sent, never sent twice."""

import logging
import smtplib
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.mail import get_connection
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from capture.models import User
from capture.services.accounts import set_email, verify_password
from capture.services.doors import Door, is_open
from insights.core.errors import CodedError
from insights.models import Arrangement, Digest, DigestPlan
from insights.services.digest_email import DigestEmail, compose_digest

log = logging.getLogger(__name__)

FIRST_COVERS = timedelta(days=1)
"""How far back the first e-mail looks: the whole past would be a flood."""
SLOT_LENGTH = timedelta(hours=1)
"""Turned on within its hour, it still comes today."""
ATTEMPTS_A_DAY = 12
REFUSAL_DELAY = timedelta(minutes=1)
"""After a refusal by the mail server, times the number of refusals so far."""


class Outcome(NamedTuple):
    """How an attempt to send ended. problem, values: why not, as the row keeps it; empty where all went well."""

    state: Digest.State
    problem: str = ""
    values: dict[str, str] = {}


class WrongPassword(ValueError):
    """An e-mail address was given by somebody who does not know the account's password."""


class NoAddress(CodedError):
    """The e-mail was turned on by somebody who gave no address."""


def plan_of(user: User) -> DigestPlan:
    """Return a user's plan, or the one they would begin with: turned off, and not saved."""
    return DigestPlan.objects.filter(user=user).first() or DigestPlan(user=user)


def save_plan(user: User, *, enabled: bool, hour: int, style: str, email: str = "", password: str = "") -> DigestPlan:
    """Turn the e-mail on or off. hour: of the user's own clock, 0 to 23. email: a new one asks for the password.

    Raises NoAddress, WrongPassword, and Refusal (429) where a password was tried too often.
    """
    if email and email != user.email:
        if not verify_password(user, password):
            raise WrongPassword
        set_email(user, email)
    if enabled and not user.email:
        raise NoAddress("no_address")
    plan = plan_of(user)
    if enabled and (not plan.enabled or plan.hour != hour):
        plan.since = timezone.now()
    plan.enabled, plan.hour, plan.style = enabled, hour, style
    plan.save()
    return plan


def turn_off_digest(token: str) -> bool:
    """Turn off the e-mail whose unsubscribe link holds this token. Returns whether there is such a one."""
    return bool(DigestPlan.objects.filter(unsubscribe_token=token).update(enabled=False))


def preview_digest(user: User) -> DigestEmail | None:
    """Return the e-mail as it would be sent now, or None where there is nothing to say."""
    now = timezone.now()
    return compose_digest(plan_of(user), _covered_until(user, now), now)


def send_due(now: datetime) -> int:
    """Send every e-mail that is due, each once. Returns how many were sent."""
    if not is_open(Door.EMAIL):
        return 0
    plans = DigestPlan.objects.filter(enabled=True, user__is_active=True).select_related("user")
    return sum(_send_digest(plan, now) for plan in plans if _slot_has_come(plan, now))


def local_time(user: User, now: datetime) -> datetime:
    """Return now by the user's own clock."""
    return now.astimezone(ZoneInfo(user.time_zone))


def _slot_has_come(plan: DigestPlan, now: datetime) -> bool:
    """Return whether today's hour has come. Late is fine (the machine slept), but not from before it was asked for."""
    here = local_time(plan.user, now)
    slot = datetime.combine(here.date(), clock_time(plan.hour), tzinfo=here.tzinfo)
    return slot <= now and (plan.since is None or slot + SLOT_LENGTH > plan.since)


def _covered_until(user: User, now: datetime) -> datetime:
    """Return the time up to which ideas were told; before any e-mail was, a day before the first attempt."""
    attempts = Digest.objects.filter(user=user)
    told = attempts.filter(state__in=[Digest.State.SENT, Digest.State.EMPTY]).order_by("-covers_until").first()
    if told:
        return told.covers_until
    first = attempts.order_by("day").first()
    return (first.covers_until if first else now) - FIRST_COVERS


def _send_digest(plan: DigestPlan, now: datetime) -> bool:
    since = _covered_until(plan.user, now)
    digest = _claim_day(plan, now)
    if digest is None:
        return False
    _wait_for_placement(plan.user)
    email = compose_digest(plan, since, now)
    outcome = Outcome(Digest.State.EMPTY) if email is None else _deliver_email(email)
    digest.state, digest.problem, digest.problem_values = outcome.state, outcome.problem, outcome.values
    digest.save(update_fields=["state", "problem", "problem_values"])
    return digest.state == Digest.State.SENT


def _wait_for_placement(user: User) -> None:
    """Wait until a placement that is being written ends: what it placed before now belongs in this e-mail."""
    with transaction.atomic():
        Arrangement.objects.select_for_update().filter(user=user).first()


def _claim_day(plan: DigestPlan, now: datetime) -> Digest | None:
    """Return the row of the user's day, taken for sending, or None where another sender has it or it is done."""
    day = local_time(plan.user, now).date()
    refused = Digest.objects.filter(
        user=plan.user, day=day, state=Digest.State.FAILED, attempts__lt=ATTEMPTS_A_DAY
    ).first()
    if refused and refused.tried_at + refused.attempts * REFUSAL_DELAY <= now:
        mine = Digest.objects.filter(pk=refused.pk, state=Digest.State.FAILED, attempts=refused.attempts)
        again = mine.update(state=Digest.State.SENDING, attempts=F("attempts") + 1, tried_at=now, covers_until=now)
        return refused if again else None
    if Digest.objects.filter(user=plan.user, day=day).exists():
        return None
    try:
        with transaction.atomic():
            return Digest.objects.create(
                user=plan.user, day=day, state=Digest.State.SENDING, covers_until=now, tried_at=now
            )
    except IntegrityError:
        return None


def _deliver_email(email: DigestEmail) -> Outcome:
    """Send the e-mail. Whatever leaves open whether it was taken counts as taken: never two.

    Its ideas then stand in the next one as well, for a row that is still SENDING covers nothing.
    """
    server = get_connection()
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        return _refusal(error)
    try:
        server.send_messages([email.message(server)])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        return _refusal(error)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("Whether an e-mail was taken is not known (%s); it is not sent again", type(error).__name__)
        return Outcome(Digest.State.SENDING, Digest.Problem.UNCERTAIN, {"error": type(error).__name__})
    finally:
        server.close()
    return Outcome(Digest.State.SENT)


def _refusal(error: Exception) -> Outcome:
    log.warning("The mail server did not take an e-mail (%s)", type(error).__name__)
    return Outcome(Digest.State.FAILED, Digest.Problem.REFUSED, {"error": type(error).__name__})
