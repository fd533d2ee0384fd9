"""What pages and tasks may ask of insights."""

from insights.embedders import embedder_finding, fetch_sentences, sentences_problem
from insights.services.embedding_anew import embed_anew, unsorted_because, waiting_anew
from insights.services.placing import hindrance, place, place_next, unfinished, waiting
from insights.services.topics import BadName, create_topic, forget, move_idea, rename_topic

__all__ = [
    "BadName",
    "create_topic",
    "embed_anew",
    "embedder_finding",
    "fetch_sentences",
    "forget",
    "hindrance",
    "move_idea",
    "place",
    "place_next",
    "rename_topic",
    "sentences_problem",
    "unfinished",
    "unsorted_because",
    "waiting",
    "waiting_anew",
]
