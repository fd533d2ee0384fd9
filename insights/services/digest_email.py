"""How the morning e-mail is written: as text and as HTML, in the order of Today, with words or with links alone."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from email.mime.image import MIMEImage
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from capture.models import User
from capture.services.page_links import page_url
from insights.core.pictures.night_line import TICK_HOURS
from insights.core.pictures.night_png import night_png
from insights.models import Digest, DigestPlan, Idea, ReviewState, by_topic
from insights.night_text import describe_night, describe_night_line
from insights.services.evening_questions import answering_memos, question_of
from insights.services.last_night import asked_hour, line_zone, noon_before, split_by_night, spoken_order
from insights.services.picture_rows import bursts_of
from insights.services.place_ideas import memos_in_progress
from insights.services.recording_words import part_query
from transcription.core.warnings.marks import MarkedText

PICTURE_ID = "night"
"""By which the HTML names the picture that comes with the mail (RFC 2392)."""


class DigestEmail(NamedTuple):
    """An e-mail that can be sent or shown. unsubscribe: the address that ends it with one click (RFC 8058).

    picture: the line of the night as PNG, or none.
    """

    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str
    picture: bytes = b""

    def message(self, connection: Any) -> EmailMultiAlternatives:
        """Return it as a message to be sent over a connection."""
        message = EmailMultiAlternatives(
            self.subject,
            self.text,
            to=[self.to],
            connection=connection,
            headers={
                "List-Unsubscribe": f"<{self.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(self.html, "text/html")
        if self.picture:
            image = MIMEImage(self.picture, "png")
            image.add_header("Content-ID", f"<{PICTURE_ID}>")
            image.add_header("Content-Disposition", "inline", filename="night.png")
            message.mixed_subtype = "related"  # type: ignore[attr-defined]  # the stubs do not know it
            message.attach(image)
        return message

    @property
    def html_by_itself(self) -> str:
        """The HTML with its picture in it, for a page."""
        return self.html.replace(f"cid:{PICTURE_ID}", f"data:image/png;base64,{b64encode(self.picture).decode()}")


class _EmailLine(NamedTuple):
    marked: list[MarkedText]
    link: str
    spoken: datetime
    seconds: tuple[float, float]
    language: str
    is_tonight: bool


class _EmailSection(NamedTuple):
    topic: str
    link: str
    lines: list[_EmailLine]


def compose_digest(plan: DigestPlan, since: datetime, until: datetime) -> DigestEmail | None:
    """Return what there is to tell of ideas placed after `since` and up to `until`, or None where there is nothing."""
    ideas = list(Idea.objects.of(plan.user).for_digest(since, until).with_peaks())
    if not ideas:
        return None
    zone = ZoneInfo(plan.user.time_zone)
    with timezone.override(zone), translation.override(plan.user.mail_language):
        parts = _parts(plan, ideas, until.astimezone(zone))
        picture = parts.pop("picture")
        return DigestEmail(
            to=plan.user.email,
            subject=ngettext("%(count)d new idea", "%(count)d new ideas", len(ideas)) % {"count": len(ideas)},
            text=render_to_string("insights/mail/digest.txt", parts),
            html=render_to_string("insights/mail/digest.html", parts),
            unsubscribe=parts["unsubscribe"],
            picture=picture,
        )


def _parts(plan: DigestPlan, ideas: list[Idea], now: datetime) -> dict[str, Any]:
    """Return what the templates take: last night first, under its question what answers it, then what came by day."""
    user, with_words = plan.user, plan.style == DigestPlan.Style.WORDS
    coming, at_night, by_day = split_by_night(ideas, user, now)
    by_day = sorted([*by_day, *coming], key=ideas.index)  # last night is told; of the coming one another mail tells
    question = question_of(user, noon_before(now).date()) if with_words else None
    answering = set(answering_memos([question])[question.pk]) if question else set()
    answers = sorted((idea for idea in ideas if idea.transcript.memo_id in answering), key=spoken_order)
    shown_at_night = at_night if with_words else []
    bursts = bursts_of(shown_at_night, user)
    zone = line_zone(shown_at_night, user)
    return {
        "count": len(ideas),
        "now": now,
        "is_first": not user.digests.filter(state=Digest.State.SENT).exists(),
        "opening": describe_night(len(at_night), 0, _count_topics(at_night)) if at_night else "",
        "picture": night_png(list(bursts.values()), question=asked_hour(question, zone)) if bursts else b"",
        "picture_id": PICTURE_ID if bursts else "",
        "night_label": describe_night_line(sorted(bursts)),
        "hours": TICK_HOURS,
        "question": question,
        "answers": [_email_line(idea, is_tonight=idea in at_night) for idea in answers],
        "sections": _email_sections([one for one in at_night if one not in answers], is_tonight=True),
        "day_sections": _email_sections([one for one in by_day if one not in answers], is_tonight=False),
        "come_round": _come_round(user, now, ideas) if with_words else None,
        "with_words": with_words,
        "unfinished": memos_in_progress(user).count(),
        "review": absolute_url("review"),
        "today": absolute_url("today"),
        "settings": f"{settings.ORIGIN}{page_url('settings')}",
        "unsubscribe": absolute_url("unsubscribe", plan.unsubscribe_token),
    }


def _count_topics(ideas: Iterable[Idea]) -> int:
    return len({idea.topic_id for idea in ideas if idea.topic_id})


def _come_round(user: User, now: datetime, told: Iterable[Idea]) -> _EmailLine | None:
    """Return the idea that was put off and is back for longest, but for those that are told anyway."""
    states = ReviewState.objects.of(user).due(now).exclude(idea__in=[idea.pk for idea in told])
    back = Idea.objects.of(user).in_sight().filter(review_state__in=states).with_memo()
    idea = back.order_by("review_state__due_at").first()
    return _email_line(idea, is_tonight=False) if idea else None


def _email_sections(ideas: Iterable[Idea], *, is_tonight: bool) -> list[_EmailSection]:
    sections = []
    for topic, among in by_topic(ideas):
        name, link = (
            (topic.name, absolute_url("topic", topic.pk)) if topic else (gettext("To place"), absolute_url("unsorted"))
        )
        sections.append(_EmailSection(name, link, [_email_line(idea, is_tonight=is_tonight) for idea in among]))
    return sections


def _email_line(idea: Idea, *, is_tonight: bool) -> _EmailLine:
    spoken = idea.memo.clock
    link = f"{absolute_url('memo', idea.transcript.memo_id)}{part_query(idea)}#idea-{idea.pk}"
    span = idea.audio_start, idea.audio_end
    return _EmailLine(idea.marked, link, spoken, span, idea.transcript.language, is_tonight)


def absolute_url(name: str, *args: object) -> str:
    """Return the full address of a page, for whoever reads it elsewhere."""
    return f"{settings.ORIGIN}{reverse(name, args=args)}"
