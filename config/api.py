"""The one API object; rooms give it their routers. Every error is a problem document (see config.http.problems)."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from capture.core.errors import Refusal
from capture.http.api import router as capture_router
from capture.http.auth import ReadToken
from capture.http.problems import CONTENT_TYPE, problem_response, refusal_response
from capture.http.read_api import router as capture_reading_router
from capture.services.read_routes import READING_TAG
from capture.storage.filesystem import is_nearly_full
from capture.tus.api import router as resumable_router
from config.http.changes_api import router as changes_router
from config.http.problem_types import OWN, UNREADABLE_FIELDS_TITLE
from config.http.problems import plain_problem
from insights.http.read_api import router as insights_reading_router

log = logging.getLogger(__name__)


class DescribedApi(NinjaAPI):
    """Say of every error that it is a problem document: the library describes all answers as plain JSON."""

    def get_openapi_schema(self, **named: Any) -> OpenAPISchema:
        """Return the description."""
        described = super().get_openapi_schema(**named)
        for path in described["paths"].values():
            if "get" in path:
                path.pop("head", None)  # the same operation
        for operation in (one for path in described["paths"].values() for one in path.values()):
            if READING_TAG in operation.get("tags", []):
                _describe_reading(operation)
            for status, answer in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST and "content" in answer:
                    answer["content"] = {CONTENT_TYPE: answer["content"]["application/json"]}
        return described


def _describe_reading(operation: dict[str, Any]) -> None:
    """Say what every route of the read API may answer beside what it finds."""
    operation["operationId"] = operation["operationId"].rpartition("_api_")[2]  # not by the module where it stands
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"].setdefault(304, {"description": "it is as the asker has it (If-None-Match)"})
    for status in (400, 401, 403, 404, 410, 414, 429):
        operation["responses"].setdefault(status, {"description": HTTPStatus(status).phrase, "content": dict(problem)})


api = DescribedApi(title="Stillnote", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json")
api.add_router("", capture_router)
api.add_router("", capture_reading_router)
api.add_router("", insights_reading_router, auth=ReadToken())
api.add_router("", changes_router)
api.add_router("/uploads", resumable_router)


PARAMETER_DEPTH = 2
"""In where an error is, behind the part of the request and the schema."""


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    del request
    return refusal_response(refusal)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del request, error
    return problem_response("no-token", 401, OWN["no-token"].title)


def _parameter_of(place: Sequence[int | str]) -> int | str:
    """Return the parameter that an error is about. Behind one of several kinds stands which of these it was not."""
    return place[min(PARAMETER_DEPTH, len(place) - 1)]


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    fields = ", ".join(dict.fromkeys(str(_parameter_of(one["loc"])) for one in error.errors))
    return problem_response("bad-request", 400, UNREADABLE_FIELDS_TITLE.format(fields=fields))


@api.exception_handler(SuspiciousOperation)
@api.exception_handler(UnreadablePostError)
def _bad_body(request: HttpRequest, error: Exception) -> HttpResponse:
    del request, error
    return plain_problem(400)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s in the API failed", request.method, exc_info=error)
    if isinstance(error, DatabaseError):
        # SQLite that could not open its file for writing opens it for reading, and says so to nobody but who writes.
        connection.close()
        # On a full disk a database fails in several ways, and before anybody looks how full it is.
        if is_nearly_full(1):
            return refusal_response(Refusal("disk-nearly-full"))
    return plain_problem(500)
