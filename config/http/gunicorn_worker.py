"""The web server's worker. What it refuses itself, Django never sees: a request that cannot be read as HTTP."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from config.http.problems import plain_problem

STATUS_BY_ERROR = (
    (errors.LimitRequestLine, 414),
    (errors.LimitRequestHeaders, 431),
    (errors.ExpectationFailed, 417),
    (errors.UnsupportedTransferCoding, 501),
    (errors.InvalidResponseHeader, 500),
    (errors.InvalidResponseHeaderName, 500),
    (errors.ConfigurationProblem, 500),
    (errors.ParseException, 400),
)
"""Which error of the server's is answered with which status; the first that fits counts. All others are a 500."""


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """Tell errors as problem documents. Of which address they are is not known, and people can read those too.

    Nobody is told to go on sending before the application reads: body_guard.py does that.
    """

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; who asks first gets a connection for it alone, for the body may never come."""
        if req._expected_100_continue:  # noqa: SLF001
            req._expected_100_continue = False  # noqa: SLF001
            req.force_close()
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that could not be read, or whose answer failed. The log does not quote it."""
        del req, addr
        status = next((status for kind, status in STATUS_BY_ERROR if isinstance(exc, kind)), 500)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request could not be answered", exc_info=exc)
        else:
            self.log.warning("a request could not be read")
        answer = plain_problem(status)
        answer["Connection"] = "close"
        answer["Content-Length"] = str(len(answer.content))
        with suppress(OSError):  # whoever asked is gone
            write_nonblock(client, f"HTTP/1.1 {status} {answer.reason_phrase}\r\n".encode() + answer.serialize())
