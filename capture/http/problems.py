"""Problem documents (RFC 9457): how programs are told of a refusal."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from capture.core.errors import Refusal

CONTENT_TYPE = "application/problem+json"


def problem(status: int, kind: str, sentence: str) -> HttpResponse:
    """Return a problem document. `kind` is stable, for programs; the sentence is for people."""
    body = {"type": f"{settings.STILLNOTE_URL}/problems/{kind}", "title": sentence, "status": status}
    answer = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def refused(refusal: Refusal) -> HttpResponse:
    """Return the problem document of a refusal."""
    answer = problem(refusal.status, refusal.kind, refusal.sentence)
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer
