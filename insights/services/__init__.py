"""What pages and tasks may ask of insights."""

from insights.services.placing import place, place_next, unfinished, waiting
from insights.services.topics import BadName, create_topic, forget, move_idea, rename_topic

__all__ = [
    "BadName",
    "create_topic",
    "forget",
    "move_idea",
    "place",
    "place_next",
    "rename_topic",
    "unfinished",
    "waiting",
]
