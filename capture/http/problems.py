"""Problem documents (RFC 9457): how programs are told of a refusal."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from capture.core.errors import Refusal

CONTENT_TYPE = "application/problem+json"


def problem_response(code: str, status: int, title: str) -> HttpResponse:
    """Return a problem document. The code is stable, for programs; the title is a sentence for people."""
    body = {"type": f"{settings.STILLNOTE_URL}/problems/{code}", "title": title, "status": status}
    answer = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def refusal_response(refusal: Refusal) -> HttpResponse:
    """Return the problem document of a refusal."""
    answer = problem_response(refusal.code, refusal.status, refusal.sentence)
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer
