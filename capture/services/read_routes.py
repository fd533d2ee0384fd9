"""What all routes of the read API have in common: GET and HEAD, kept by nobody between, not sent again unchanged."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from ninja import Field, Router, Schema
from ninja.decorators import decorate_view
from pydantic import AfterValidator, AwareDatetime

from capture.services.paging import DEFAULT_ROWS, MAX_ROWS

READING_TAG = "reading"
"""Of the routes whose answers config describes: problems, ETag and 304 among them."""
View = TypeVar("View", bound=Callable[..., Any])


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("before the first or after the last moment that a database knows") from error


AskedMoment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A moment that a program asks for."""


class PageAsked(Schema):
    """Which page of a list is asked for."""

    limit: int = Field(DEFAULT_ROWS, ge=1, le=MAX_ROWS, description="how many rows at most")
    cursor: str | None = Field(None, max_length=1000, description="of the page before; left out, the first page comes")


class PageOut(Schema):
    """What each page of a list says of the next."""

    next: str | None = Field(description="the address of the page that follows, as in the Link header; null at the end")


def answer_conditionally(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Return an answer with its ETag, or 304 where the asker has it already. No cache between them keeps it."""
    patch_cache_control(answer, private=True, no_cache=True)
    if answer.status_code != 200 or answer.streaming:  # noqa: PLR2004 - OK
        return answer
    set_response_etag(answer)
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


def _conditional(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        return answer_conditionally(request, view(request, *arguments, **named))

    return answered


def read_route(router: Router, path: str, answer: Any, **described: Any) -> Callable[[View], View]:
    """Lay a view at a path of the read API, which answers GET and HEAD. answer: the schema of what is found."""

    def lay(view: View) -> View:
        operation = router.api_operation(["GET", "HEAD"], path, response=answer, tags=[READING_TAG], **described)
        laid: View = operation(decorate_view(_conditional)(view))
        return laid

    return lay


def name_next_page(request: HttpRequest, answer: HttpResponse, cursor: str | None) -> str | None:
    """Name the page that follows in the answer's head (RFC 8288), and return its address; None where there is none."""
    if cursor is None:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    address = request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")
    answer["Link"] = f'<{address}>; rel="next"'
    return address
