"""Ideas, the topics they stand in, what a person said about that, reviews, questions of the night, and the e-mail."""

from insights.models.arrangement import Arrangement
from insights.models.corrections import EDGE_KINDS, Correction, CorrectionQuerySet, Proposal
from insights.models.digests import Digest, DigestPlan
from insights.models.evening_questions import EveningQuestion, NoQuestion
from insights.models.feeds import ListenFeed
from insights.models.review import ReviewDecision, ReviewPlan, ReviewSession, ReviewState, ReviewTurn
from insights.models.topics import AllKnown, Author, Idea, IdeaQuerySet, Topic, TopicQuerySet, by_topic

__all__ = [
    "EDGE_KINDS",
    "AllKnown",
    "Arrangement",
    "Author",
    "Correction",
    "CorrectionQuerySet",
    "Digest",
    "DigestPlan",
    "EveningQuestion",
    "Idea",
    "IdeaQuerySet",
    "ListenFeed",
    "NoQuestion",
    "Proposal",
    "ReviewDecision",
    "ReviewPlan",
    "ReviewSession",
    "ReviewState",
    "ReviewTurn",
    "Topic",
    "TopicQuerySet",
    "by_topic",
]
