"""By what ideas are found: rows that are made of theirs, and that the database's full text search reads."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from capture.models import User
from insights.core.search.full_text import index_text
from insights.core.search.tokens import TOKENS_VERSION
from transcription.models import Edit, Transcript


class _Findable(Protocol):
    """An idea, as far as it is found by its words."""

    pk: Any
    user_id: int
    transcript_id: UUID
    transcript: Transcript
    text: str

    @property
    def said(self) -> str: ...


def revisions(transcripts: Iterable[UUID]) -> dict[UUID, int]:
    """Return how often each transcript was edited, undoing counted too; those that never were are left out."""
    edits = Edit.objects.filter(transcript__in=set(transcripts)).order_by().values_list("transcript")
    return {key: made + undone for key, made, undone in edits.annotate(Count("pk"), Count("undone_at"))}


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Questions asked of what ideas are found by, and its writing."""

    def of(self, user: User | AnonymousUser) -> Self:
        """Return a user's."""
        return self.filter(user_id=user.pk)

    def write(self, ideas: Iterable[_Findable], revision_of: Mapping[UUID, int]) -> None:
        """Write by which words ideas are found now, in the place of what was written of them before.

        revision_of: `revisions` of their transcripts, counted before the ideas were read: what is edited in between is
        written anew.
        """
        written = list(ideas)
        self.filter(idea__in=[idea.pk for idea in written]).delete()
        self.bulk_create(_entry_of(idea, revision_of.get(idea.transcript_id, 0)) for idea in written)

    write.alters_data = True  # type: ignore[attr-defined]

    def outdated(self) -> Self:
        """Return those whose tokens are made otherwise by now."""
        return self.filter(tokens_version__lt=TOKENS_VERSION)

    def behind_edits(self) -> Self:
        """Return those of ideas whose transcripts were edited since, or in which that was undone."""
        edits: QuerySet[Edit, Any] = Edit.objects.filter(transcript=OuterRef("idea__transcript")).order_by()
        count = edits.values("transcript").annotate(n=Count("pk") + Count("undone_at")).values("n")
        edited = Edit.objects.order_by().values("transcript")
        among = self.filter(idea__transcript__in=edited)
        return among.annotate(current=Coalesce(Subquery(count), 0)).exclude(revision=F("current"))

    def with_own_vectors(self, model: str) -> Self:
        """Return those of edited ideas that have a vector of their own words, by a model."""
        return self.filter(is_edited=True, vector_model=model)

    def without_own_vectors(self) -> Self:
        """Return those of edited ideas whose words have no vector by which their user's ideas are compared."""
        serving = F("user__arrangement__vector_model")
        return self.filter(is_edited=True, tokens__gt="").exclude(Q(vector_model=serving) | Q(user__arrangement=None))


class SearchEntry(models.Model):
    """By what an idea is found. It goes with its idea, and the database's own index of its tokens with it.

    Nothing of it is exported or backed up: it is made anew (`insights.services.search_entries`).
    """

    idea = models.OneToOneField("insights.Idea", models.CASCADE, related_name="search_entry")
    user = models.ForeignKey(User, models.CASCADE, related_name="search_entries")
    tokens = models.TextField(help_text="insights.core.search.full_text")
    length = models.PositiveIntegerField(help_text="how many tokens these are")
    tokens_version = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(help_text="how often its transcript had been edited")
    is_edited = models.BooleanField(default=False, help_text="a person has other words than were heard")
    vector = models.BinaryField(default=b"", help_text="of what a person has, where that is not what was heard")
    vector_model = models.CharField(max_length=100, blank=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tokens_version"], name="search_tokens_version"),
            models.Index(fields=["user"], name="search_edited", condition=Q(is_edited=True)),
        ]

    def __str__(self) -> str:
        return str(self.idea_id)


def _entry_of(idea: _Findable, revision: int) -> SearchEntry:
    said = idea.said if revision else idea.text
    tokens = index_text(said, idea.transcript.language, idea.user_id)
    return SearchEntry(
        idea_id=idea.pk,
        user_id=idea.user_id,
        tokens=tokens,
        length=tokens.count(" ") + 1,
        tokens_version=TOKENS_VERSION,
        revision=revision,
        is_edited=said != idea.text,
    )
