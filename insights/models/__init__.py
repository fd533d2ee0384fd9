"""Ideas, the topics they stand in, what a person said about that, and the morning e-mail."""

from insights.models.arrangement import Arrangement
from insights.models.corrections import Correction, CorrectionQuerySet, Proposal
from insights.models.digests import Digest, DigestPlan
from insights.models.topics import AllKnown, Author, Idea, IdeaQuerySet, Topic, TopicQuerySet, by_topic

__all__ = [
    "AllKnown",
    "Arrangement",
    "Author",
    "Correction",
    "CorrectionQuerySet",
    "Digest",
    "DigestPlan",
    "Idea",
    "IdeaQuerySet",
    "Proposal",
    "Topic",
    "TopicQuerySet",
    "by_topic",
]
