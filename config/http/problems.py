"""Problem documents (RFC 9457): what every refusal and failure under /api/ looks like."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from capture.http.problems import CONTENT_TYPE, problem

PLAIN = {
    400: ("bad-request", "The request cannot be read. The API is described at /api/v1/openapi.json."),
    404: ("not-found", "There is nothing at this address. The API is described at /api/v1/openapi.json."),
    405: ("method-not-allowed", "This address does not take that method. The Allow header names those it takes."),
    414: ("address-too-long", "The address of the request is longer than any that is known here."),
    417: ("expectation-failed", "The Expect header asks for what is not done here: leave it out."),
    431: ("headers-too-large", "The headers of the request are larger than any that are needed here."),
    500: (
        "internal-server-error",
        "Something went wrong on the server. Nothing was acknowledged; send it again later.",
    ),
    501: ("not-implemented", "The body of the request is encoded in a way that is not read here."),
}
"""What is answered without a Refusal, by status: its kind, and a sentence."""


def plain_problem(status: int) -> HttpResponse:
    """Return the problem document of a status that says all there is to say."""
    alike = HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.INTERNAL_SERVER_ERROR
    kind, sentence = PLAIN.get(status, PLAIN[alike])
    return problem(status, kind, sentence)


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
