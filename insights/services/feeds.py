"""The private feed of nights: its secret address, made and revoked, and the nights that it holds."""

import secrets
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone

from capture.models import User
from capture.services.keyed_hash import keyed_hash
from insights.models import Idea, ListenFeed, by_topic
from insights.services.listening import JoinedSound, ideas_of_night, last_evening, listening_of
from insights.services.place_ideas import memos_in_progress

SECRET_BYTES = 24
FEED_NIGHTS = 14
"""What a feed holds: apps keep what they fetched."""
NOON = 12


class NightEpisode(NamedTuple):
    """A night in the feed. evening: on which it began. topics: how many its ideas stand in."""

    evening: date
    ideas: list[Idea]
    topics: int
    sound: JoinedSound
    ended_at: datetime


def create_feed(user: User) -> str:
    """Give a user's feed a new address and return its secret, to be shown this once; the old one is then nobody's."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    new = {"secret_hash": _feed_secret_hash(secret), "created_at": timezone.now()}
    ListenFeed.objects.update_or_create(user=user, defaults=new)
    return secret


def revoke_feed(user: User) -> None:
    """Let nobody fetch a user's nights any more."""
    ListenFeed.objects.filter(user=user).delete()


def feed_owner(secret: str) -> User | None:
    """Return whose feed has a secret, or None where it was revoked or guessed, or the account is closed."""
    feed = ListenFeed.objects.filter(secret_hash=_feed_secret_hash(secret), user__is_active=True)
    found = feed.select_related("user").first()
    return found.user if found else None


def _feed_secret_hash(secret: str) -> str:
    return keyed_hash("listen feed", secret)


def feed_episodes(user: User) -> list[NightEpisode]:
    """Return the last nights that are over and written down, the newest first; quiet ones are left out."""
    last = last_evening(user)
    episodes = (night_episode(user, last - timedelta(days=before)) for before in range(FEED_NIGHTS))
    return [episode for episode in episodes if episode is not None]


def night_episode(user: User, evening: date) -> NightEpisode | None:
    """Return a night, or None where nothing of it is to be heard, or not all yet."""
    if evening <= last_evening(user) - timedelta(days=FEED_NIGHTS):
        return None
    ended_at = _end_of_night(user, evening)
    if timezone.now() < ended_at:
        return None
    began_at = datetime.combine(evening, time(NOON), tzinfo=ZoneInfo(user.time_zone))
    if memos_in_progress(user).filter(recorded_at__gte=began_at, recorded_at__lt=ended_at).exists():
        return None
    ideas = ideas_of_night(user, evening)
    sound = listening_of(ideas, skips_pauses=False).sound
    if sound is None:
        return None
    return NightEpisode(evening, ideas, sum(topic is not None for topic, _ideas in by_topic(ideas)), sound, ended_at)


def _end_of_night(user: User, evening: date) -> datetime:
    """Return when a night is over: at the end of the sleeping hours, by noon at the latest."""
    hour = min(user.night_until, NOON)
    return datetime.combine(evening + timedelta(days=1), time(hour), tzinfo=ZoneInfo(user.time_zone))
