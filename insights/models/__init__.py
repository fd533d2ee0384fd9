"""Ideas, topics, what a person said of them, reviews, questions of the night, the e-mail, search, and webhooks."""

from insights.models.arrangement import Arrangement, Author
from insights.models.changes import Change, ChangedKind, ChangeFeed, ChangeNote
from insights.models.corrections import EDGE_KINDS, Correction, CorrectionQuerySet, Proposal
from insights.models.digests import Digest, DigestPlan
from insights.models.erased_ideas import ErasedIdea, ErasedIdeaQuerySet
from insights.models.evening_questions import EveningQuestion, NoQuestion
from insights.models.feeds import ListenFeed
from insights.models.ideas import AllKnown, Idea, IdeaQuerySet
from insights.models.review import ReviewDecision, ReviewPlan, ReviewSession, ReviewState, ReviewTurn
from insights.models.search import SearchEntry, SearchEntryQuerySet
from insights.models.topics import Topic, TopicQuerySet, by_topic
from insights.models.webhooks import TOLD_EVENTS, WebhookDelivery, WebhookEndpoint, WebhookEvent

__all__ = [
    "EDGE_KINDS",
    "TOLD_EVENTS",
    "AllKnown",
    "Arrangement",
    "Author",
    "Change",
    "ChangeFeed",
    "ChangeNote",
    "ChangedKind",
    "Correction",
    "CorrectionQuerySet",
    "Digest",
    "DigestPlan",
    "ErasedIdea",
    "ErasedIdeaQuerySet",
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
    "SearchEntry",
    "SearchEntryQuerySet",
    "Topic",
    "TopicQuerySet",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "by_topic",
]
