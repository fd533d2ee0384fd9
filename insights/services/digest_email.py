"""How the morning e-mail is written: as text and as HTML, with words or with links alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from capture.services.page_links import page_url
from insights.models import DigestPlan, Idea, by_topic
from insights.services.place_ideas import memos_in_progress
from transcription.core.warnings.marks import MarkedText


class DigestEmail(NamedTuple):
    """An e-mail that can be sent or shown. unsubscribe: the address that ends it with one click (RFC 8058)."""

    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str

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
        return message


class _EmailLine(NamedTuple):
    marked: list[MarkedText]
    link: str
    spoken: datetime


class _EmailSection(NamedTuple):
    topic: str
    link: str
    lines: list[_EmailLine]


def compose_digest(plan: DigestPlan, since: datetime, until: datetime) -> DigestEmail | None:
    """Return what there is to tell of ideas placed after `since` and up to `until`, or None where there is nothing."""
    ideas = list(Idea.objects.of(plan.user).for_digest(since, until))
    if not ideas:
        return None
    unsubscribe = absolute_url("unsubscribe", plan.unsubscribe_token)
    with timezone.override(ZoneInfo(plan.user.time_zone)), translation.override(plan.user.mail_language):
        parts = {
            "count": len(ideas),
            "sections": list(_email_sections(ideas)),
            "with_words": plan.style == DigestPlan.Style.WORDS,
            "unfinished": memos_in_progress(plan.user).count(),
            "today": absolute_url("today"),
            "settings": f"{settings.ORIGIN}{page_url('settings')}",
            "unsubscribe": unsubscribe,
        }
        return DigestEmail(
            to=plan.user.email,
            subject=ngettext("%(count)d new idea", "%(count)d new ideas", len(ideas)) % {"count": len(ideas)},
            text=render_to_string("insights/mail/digest.txt", parts),
            html=render_to_string("insights/mail/digest.html", parts),
            unsubscribe=unsubscribe,
        )


def _email_sections(ideas: Iterable[Idea]) -> Iterable[_EmailSection]:
    for topic, among in by_topic(ideas):
        name, link = (
            (topic.name, absolute_url("topic", topic.pk)) if topic else (gettext("To place"), absolute_url("unsorted"))
        )
        yield _EmailSection(name, link, [_email_line(idea) for idea in among])


def _email_line(idea: Idea) -> _EmailLine:
    spoken = timezone.localtime(idea.memo.recorded_at)
    link = f"{absolute_url('memo', idea.transcript.memo_id)}#idea-{idea.pk}"
    return _EmailLine(idea.marked, link, spoken)


def absolute_url(name: str, *args: object) -> str:
    """Return the full address of a page, for whoever reads it elsewhere."""
    return f"{settings.ORIGIN}{reverse(name, args=args)}"
