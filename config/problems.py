"""Problem documents (RFC 9457): what every refusal and failure under /api/ looks like."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. The API is described at /api/v1/openapi.json.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method. The Allow header names those it takes.",
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Something went wrong on the server. Nothing was acknowledged; send it again later."
    ),
}
_OTHERWISE = "The request cannot be read. The API is described at /api/v1/openapi.json."


def problem(status: int, kind: str, sentence: str) -> HttpResponse:
    """Return a problem document. `kind` is stable, for programs; the sentence is for people."""
    body = {"type": f"{settings.STILLNOTE_URL}/problems/{kind}", "title": sentence, "status": status}
    answer = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def plain_problem(status: int) -> HttpResponse:
    """Return the problem document of a status that says all there is to say."""
    named = HTTPStatus(status)
    return problem(status, named.phrase.lower().replace(" ", "-"), _SENTENCES.get(named, _OTHERWISE))


class ProblemDocuments:
    """Give the errors of the API that Django and the API library answer themselves the same form as our own.

    It stands outermost, so that an unknown host, a wrong method and an unknown address are seen here as well.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; what is no problem, or is told as one already, is left as it is."""
        answer = self.get_response(request)
        is_error = answer.status_code >= HTTPStatus.BAD_REQUEST and request.path_info.startswith("/api/")
        if not is_error or answer["Content-Type"] == CONTENT_TYPE:
            return answer
        document = plain_problem(answer.status_code)
        answer.content = document.content
        answer["Content-Type"] = CONTENT_TYPE
        answer["Content-Length"] = str(len(answer.content))
        return answer
