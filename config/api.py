"""The one API object; rooms give it their routers. Every error is a problem document (RFC 9457)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from capture.api import router as capture_router
from capture.errors import Refusal

api = NinjaAPI(title="Stillnote", version="1", urls_namespace="api", docs_url=None, openapi_url="/openapi.json")
api.add_router("", capture_router)


def problem(status: int, kind: str, title: str) -> HttpResponse:
    """Return a problem document. `kind` is stable, for programs; `title` is a sentence for people."""
    body = {"type": f"{settings.STILLNOTE_URL}/problems/{kind}", "title": title, "status": status}
    return JsonResponse(body, status=status, content_type="application/problem+json")
