"""The one API object; rooms give it their routers. Every error is a problem document (RFC 9457)."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from capture.api import router as capture_router
from capture.errors import Refusal

log = logging.getLogger(__name__)

api = NinjaAPI(title="Stillnote", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json")
api.add_router("", capture_router)


def problem(status: int, kind: str, sentence: str) -> HttpResponse:
    """Return a problem document. `kind` is stable, for programs; the sentence is for people."""
    body = {"type": f"{settings.STILLNOTE_URL}/problems/{kind}", "title": sentence, "status": status}
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    del request
    return problem(refusal.status, refusal.kind, refusal.sentence)


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    del request, error
    return problem(401, "no-token", "Send the device's token as `Authorization: Bearer …`. Pairing gives one.")


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    fields = ", ".join(str(one["loc"][-1]) for one in error.errors)
    return problem(400, "bad-request", f"These parts of the request are missing or cannot be read: {fields}.")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    return problem(error.status_code, "bad-request", str(error))


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    del error
    return nothing_here(request)


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    # The traceback names places in the code; the message is left out, for it may quote what was sent.
    log.error("%s in the API: %s", request.method, type(error).__name__, exc_info=error if settings.DEBUG else None)
    return problem(500, "server-error", "Something went wrong on the server. Nothing was acknowledged; send it again later.")


def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer an address of the API that is none, or a method that it does not take."""
    del request, rest
    return problem(404, "not-found", "There is nothing at this address. The API is described at /api/v1/openapi.json.")
