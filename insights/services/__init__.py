"""What pages and tasks may ask of insights."""

from insights.services.placing import place, place_next, unfinished, waiting
from insights.services.suggestions import Suggested, suggestions
from insights.services.tidying import look_again, tidy_all, tidy_topics
from insights.services.topics import (
    BadName,
    bar_idea,
    confirm_idea,
    create_topic,
    delete_topic,
    forget,
    keep_apart,
    merge_topics,
    move_idea,
    rename_topic,
    split_topic,
)

__all__ = [
    "BadName",
    "Suggested",
    "bar_idea",
    "confirm_idea",
    "create_topic",
    "delete_topic",
    "forget",
    "keep_apart",
    "look_again",
    "merge_topics",
    "move_idea",
    "place",
    "place_next",
    "rename_topic",
    "split_topic",
    "suggestions",
    "tidy_all",
    "tidy_topics",
    "unfinished",
    "waiting",
]
