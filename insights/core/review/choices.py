"""What a person chooses in a review."""

from enum import StrEnum


class Decision(StrEnum):
    """What becomes of an idea."""

    KEEP = "keep"
    """It stays in its topic, and is not asked for again."""
    LATER = "later"
    """It comes back by schedule."""
    ACT = "act"
    """It goes onto the list to act on."""
    LET_GO = "let-go"
    """It is kept, but out of sight."""


class Dial(StrEnum):
    """How soon ideas come back that are put off for later."""

    SOONER = "sooner"
    USUAL = "usual"
    EVENTUALLY = "eventually"


class TopicPace(StrEnum):
    """How often the ideas of a topic come back."""

    USUAL = "usual"
    SELDOM = "seldom"
    RARELY = "rarely"
