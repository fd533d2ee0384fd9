"""What a webhook says, made from the rows at the moment when it is sent: what is gone or hidden by then is not told."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from insights.core.review.choices import Decision
from insights.models import Idea, WebhookDelivery, WebhookEvent
from transcription.models import Transcript

Payload = dict[str, Any]


def payload_of(delivery: WebhookDelivery) -> Payload | None:
    """Return what a message says, or None where there is nothing to tell any more."""
    about = _PARTS[WebhookEvent(delivery.event)](delivery)
    if about is None:
        return None
    return {"type": delivery.event, "timestamp": delivery.created_at.isoformat(), "data": about}


def _test_part(_delivery: WebhookDelivery) -> Payload:
    return {}


def _transcript_part(delivery: WebhookDelivery) -> Payload | None:
    """Return of which recording the words are ready. Never the words: it is not known yet where they belong."""
    transcript = _transcript_of(delivery)
    if transcript is None or _is_all_hidden(transcript):
        return None
    return {**_recording_part(transcript), "language": transcript.language, "doubtful": transcript.is_doubtful}


def _placed_part(delivery: WebhookDelivery) -> Payload | None:
    transcript = _transcript_of(delivery)
    if transcript is None:
        return None
    ideas = Idea.objects.of(delivery.endpoint.user).in_sight().filter(transcript=transcript).with_memo().in_order()
    told = [_idea_part(idea, delivery) for idea in ideas]
    return {**_recording_part(transcript), "ideas": told} if told else None


def _acted_part(delivery: WebhookDelivery) -> Payload | None:
    act = Idea.objects.of(delivery.endpoint.user).in_sight().filter(review_state__decision=Decision.ACT)
    idea = act.filter(pk__in=[delivery.idea_id]).with_memo().first()
    return {**_recording_part(idea.transcript), "idea": _idea_part(idea, delivery)} if idea else None


def _transcript_of(delivery: WebhookDelivery) -> Transcript | None:
    mine = Transcript.objects.current().of(delivery.endpoint.user)
    return mine.filter(pk__in=[delivery.transcript_id]).select_related("memo").first()


def _is_all_hidden(transcript: Transcript) -> bool:
    ideas = Idea.objects.filter(transcript=transcript).shown()
    return ideas.exists() and not ideas.in_sight().exists()


def _recording_part(transcript: Transcript) -> Payload:
    memo = transcript.memo
    return {
        "memo_id": str(memo.pk),
        "transcript_id": str(transcript.pk),
        "recorded_at": memo.recorded_at.isoformat(),
        "url": settings.STILLNOTE_URL + reverse("memo", args=[memo.pk]),
    }


def _idea_part(idea: Idea, delivery: WebhookDelivery) -> Payload:
    """Return an idea: which it is, and its words where they are asked for. doubtful: [start, end] in the text."""
    part: Payload = {
        "id": str(idea.pk),
        "kind": idea.kind,
        "topic_id": str(idea.topic_id) if idea.topic_id else None,
        "audio_start": idea.audio_start,
        "audio_end": idea.audio_end,
    }
    if delivery.endpoint.with_words:
        topic = idea.topic.name if idea.topic else None
        part |= {"topic": topic, "text": idea.said, "doubtful": [list(span) for span in idea.doubtful_spans]}
    return part


_PARTS = {
    WebhookEvent.TEST: _test_part,
    WebhookEvent.TRANSCRIPT_READY: _transcript_part,
    WebhookEvent.IDEAS_PLACED: _placed_part,
    WebhookEvent.IDEA_ACTED_ON: _acted_part,
}
