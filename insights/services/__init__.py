"""What pages and tasks may ask of insights."""

from insights.embedders import embedder_finding, fetch_sentences, sentences_problem
from insights.services.embedding_anew import embed_anew, unsorted_because, waiting_anew
from insights.services.first_topics import BadFolder, Made, is_new_here, make_topics, seed_topics
from insights.services.placing import hindrance, place, place_next, unfinished, waiting
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
    "BadFolder",
    "BadName",
    "Made",
    "Suggested",
    "bar_idea",
    "confirm_idea",
    "create_topic",
    "delete_topic",
    "embed_anew",
    "embedder_finding",
    "fetch_sentences",
    "forget",
    "hindrance",
    "is_new_here",
    "keep_apart",
    "look_again",
    "make_topics",
    "merge_topics",
    "move_idea",
    "place",
    "place_next",
    "rename_topic",
    "seed_topics",
    "sentences_problem",
    "split_topic",
    "suggestions",
    "tidy_all",
    "tidy_topics",
    "unfinished",
    "unsorted_because",
    "waiting",
    "waiting_anew",
]
