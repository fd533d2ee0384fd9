"""What pages and tasks may ask of insights."""

from insights.embedders import embedder_finding, fetch_sentences, sentences_problem
from insights.services.embedding_anew import embed_anew, unsorted_because, waiting_anew
from insights.services.first_topics import BadFolder, Made, is_new_here, make_topics, seed_topics
from insights.services.placing import hindrance, place, place_next, unfinished, waiting
from insights.services.proposing import answer_proposal
from insights.services.suggestions import Suggested, suggestions
from insights.services.tidying import look_again, tidy_all, tidy_topics
from insights.services.topics import (
    BadName,
    bar_idea,
    confirm_idea,
    create_topic,
    delete_topic,
    forget,
    hide_topic,
    keep_apart,
    keep_whole,
    merge_topics,
    move_idea,
    move_to_new_topic,
    pin_topic,
    rename_topic,
    split_topic,
)
from insights.services.undoing import last_said, undo

__all__ = [
    "BadFolder",
    "BadName",
    "Made",
    "Suggested",
    "answer_proposal",
    "bar_idea",
    "confirm_idea",
    "create_topic",
    "delete_topic",
    "embed_anew",
    "embedder_finding",
    "fetch_sentences",
    "forget",
    "hide_topic",
    "hindrance",
    "is_new_here",
    "keep_apart",
    "keep_whole",
    "last_said",
    "look_again",
    "make_topics",
    "merge_topics",
    "move_idea",
    "move_to_new_topic",
    "pin_topic",
    "place",
    "place_next",
    "rename_topic",
    "seed_topics",
    "sentences_problem",
    "split_topic",
    "suggestions",
    "tidy_all",
    "tidy_topics",
    "undo",
    "unfinished",
    "unsorted_because",
    "waiting",
    "waiting_anew",
]
