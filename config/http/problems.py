"""Problem documents (RFC 9457): what every refusal and failure under /api/ looks like."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from capture.http.problems import CONTENT_TYPE, problem_response
from config.http.problem_types import OWN

BY_STATUS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    414: "address-too-long",
    417: "expectation-failed",
    431: "headers-too-large",
    500: "internal-server-error",
    501: "not-implemented",
}
"""The kind of a problem whose status says all there is to say."""


def plain_problem(status: int) -> HttpResponse:
    """Return the problem document of a status that says all there is to say."""
    alike = HTTPStatus.BAD_REQUEST if status < HTTPStatus.INTERNAL_SERVER_ERROR else HTTPStatus.INTERNAL_SERVER_ERROR
    code = BY_STATUS.get(status, BY_STATUS[alike])
    return problem_response(code, status, OWN[code].title)


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
