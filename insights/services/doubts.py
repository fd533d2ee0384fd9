"""Ideas that may not have been said: which they are now that a person changed or kept words of their transcripts."""

from uuid import UUID

from django.db import transaction

from capture.models import User
from insights.models import Idea, IdeaQuerySet
from insights.services.correction_log import bump_version


def follow_edits(transcript_id: UUID) -> list[UUID]:
    """Write which ideas of a transcript are doubtful by now. Returns those that no longer are."""
    user = User.objects.filter(memos__transcripts=transcript_id).first()
    changed = renew_doubts(user, Idea.objects.filter(transcript=transcript_id)) if user else []
    return [idea.pk for idea in changed if not idea.is_doubtful]


def renew_doubts(user: User, ideas: IdeaQuerySet) -> list[Idea]:
    """Write which of a user's ideas are doubtful as a whole by now. Returns those of which that is new."""
    changed = [idea for idea in ideas.with_doubts().with_memo() if idea.judge_doubtful()]
    if changed:
        with transaction.atomic():
            bump_version(user.pk)
            for is_doubtful in (True, False):
                of_these = [idea.pk for idea in changed if idea.is_doubtful == is_doubtful]
                Idea.objects.filter(pk__in=of_these).update(is_doubtful=is_doubtful)
    return changed
