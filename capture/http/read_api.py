"""The read API of memos, their sound and sits: for programs of the person whose they are, by personal tokens."""

import contextlib
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from ninja.responses import NinjaJSONEncoder

from capture.http.auth import ReadToken
from capture.http.read_schemas import AUDIO, MemoOut, MemosAsked, SitsAsked, SitsOut
from capture.models import Memo, Sit
from capture.services.access_tokens import reader_of
from capture.services.paging import Order, page_of_rows
from capture.services.playing import serve_original, serve_playback
from capture.services.read_memos import memo_rows, memos_with_device, sit_rows
from capture.services.read_routes import READING_TAG, answer_conditionally, name_next_page, read_route

router = Router(auth=ReadToken())

NEWEST_SPOKEN = ("recorded_at", "id")
NEWEST_BEGUN = ("started_at", "id")


def list_memos(request: HttpRequest, response: HttpResponse, asked: Query[MemosAsked]) -> dict[str, Any]:
    """List recordings with their words, the last spoken first."""
    user = reader_of(request)
    memos = memos_with_device(user).spoken_between(asked.since, asked.until)
    if asked.archive is not None:
        memos = memos.filter(archive=asked.archive)
    page = page_of_rows(
        user,
        "memos",
        memos,
        Order(NEWEST_SPOKEN, is_descending=asked.order == "newest"),
        cursor=asked.cursor,
        limit=asked.limit,
        place_of=lambda memo: (memo.recorded_at, memo.pk),
    )
    return {"memos": memo_rows(user, page.rows), "next": name_next_page(request, response, page.cursor)}


def read_memo(request: HttpRequest, memo_id: str) -> HttpResponse:
    """Tell of one recording, with its words."""
    user = reader_of(request)
    (row,) = memo_rows(user, [_memo_of(request, memo_id)])
    told = JsonResponse(MemoOut.model_validate(row).model_dump(), encoder=NinjaJSONEncoder)
    return answer_conditionally(request, told)


def _memo_of(request: HttpRequest, memo_id: str | UUID) -> Memo:
    with contextlib.suppress(ValueError):
        return get_object_or_404(memos_with_device(reader_of(request)), pk=UUID(str(memo_id)))
    raise Http404


@router.api_operation(
    ["GET", "HEAD"], "/memos/{uuid:memo_id}/audio", url_name="read_audio", tags=[READING_TAG], openapi_extra=AUDIO
)
def read_audio(request: HttpRequest, memo_id: UUID) -> HttpResponseBase:
    """Give the copy that every player plays and seeks in, or a range of it; until it is made, the original."""
    return serve_playback(request, _memo_of(request, memo_id))


@router.api_operation(
    ["GET", "HEAD"], "/memos/{uuid:memo_id}/original", url_name="read_original", tags=[READING_TAG], openapi_extra=AUDIO
)
def read_original(request: HttpRequest, memo_id: UUID) -> HttpResponseBase:
    """Give the recording as it came, or a range of it; 404 where it was let go of."""
    memo = _memo_of(request, memo_id)
    if memo.original_gone_at:
        raise Http404
    return serve_original(request, memo)


@read_route(router, "/sits", SitsOut)
def list_sits(request: HttpRequest, response: HttpResponse, asked: Query[SitsAsked]) -> dict[str, Any]:
    """List times of sitting, the last begun first."""
    user = reader_of(request)
    page = page_of_rows(
        user,
        "sits",
        Sit.objects.of(user),
        Order(NEWEST_BEGUN, is_descending=asked.order == "newest"),
        cursor=asked.cursor,
        limit=asked.limit,
        place_of=lambda sit: (sit.started_at, sit.pk),
    )
    return {"sits": sit_rows(user, page.rows), "next": name_next_page(request, response, page.cursor)}
