"""When an idea comes back: by FSRS, which knows for how long somebody remembers what they met before.

FSRS 6: github.com/open-spaced-repetition/py-fsrs, with its default weights. Putting an idea off counts as the grade
"hard": it is not settled. A flash card returns when it would be forgotten in one of ten cases; an idea may well be half
forgotten, so that it is met afresh. That is what the dial sets: how likely it still is remembered when it comes back.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, cast

from fsrs import Card, Rating, Scheduler, State

from insights.core.review.choices import Dial, TopicPace

REMEMBERED_SHARE = {Dial.SOONER: 0.84, Dial.USUAL: 0.74, Dial.EVENTUALLY: 0.62}
"""How likely an idea is still remembered when it comes back: after 3, 8 and 28 days, the second time 11, 48 and 246."""
INTERVAL_FACTOR = {TopicPace.USUAL: 1, TopicPace.SELDOM: 2, TopicPace.RARELY: 4}
"""By how much the wait is longer where a topic is to be asked for less often."""
MAX_DAYS = 365
"""The longest wait, however often an idea was put off."""
NEW_DAYS = 14
"""An idea that was never met is new for so long; then it rests, and comes back as one that was put off."""


class Spacing(NamedTuple):
    """What FSRS knows of an idea, and when it comes back. stability: days until it is forgotten in one of ten cases.

    difficulty: in [1, 10].
    """

    stability: float
    difficulty: float
    seen_at: datetime
    due_at: datetime

    def wait_days(self) -> int:
        """Return after how many days it comes back, counted from when it was met."""
        return (self.due_at.date() - self.seen_at.astimezone(self.due_at.tzinfo).date()).days


def space_out(
    before: Spacing | None, now: datetime, dial: Dial = Dial.USUAL, pace: TopicPace = TopicPace.USUAL
) -> Spacing:
    """Return when an idea that is put off comes back: at the beginning of a day by the clock of `now`, which is aware.

    before: what is known of it from the last time that it was put off.
    """
    scheduler = Scheduler(
        desired_retention=REMEMBERED_SHARE[dial],
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=MAX_DAYS,
        enable_fuzzing=False,
    )
    met = _noon(now.date())
    card, _log = scheduler.review_card(_card_of(before, now), Rating.Hard, met)
    days = min(MAX_DAYS, max(1, (card.due - met).days) * INTERVAL_FACTOR[pace])
    due = datetime.combine(now.date() + timedelta(days=days), time(), tzinfo=now.tzinfo)
    return Spacing(cast("float", card.stability), cast("float", card.difficulty), now, due)


def _card_of(before: Spacing | None, now: datetime) -> Card:
    if before is None:
        return Card(card_id=0, due=_noon(now.date()))
    seen, due = (_noon(moment.astimezone(now.tzinfo).date()) for moment in (before.seen_at, before.due_at))
    return Card(
        card_id=0,
        state=State.Review,
        stability=before.stability,
        difficulty=before.difficulty,
        due=due,
        last_review=seen,
    )


def _noon(day: date) -> datetime:
    """Return a moment for a day: waits are counted in days, whatever the hour, and whether clocks are changed."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def rested_since(now: datetime, pace: TopicPace) -> datetime:
    """Return before when an idea must have come in that was never met, so that by now it has come back from its rest.

    It rests for as long as one that is put off for the first time.
    """
    rest = space_out(None, now, pace=pace).wait_days()
    return now - timedelta(days=NEW_DAYS + rest)
