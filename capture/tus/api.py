"""Uploads that go on where they were broken off: tus 1.0 (https://tus.io/protocols/resumable-upload)."""

import uuid
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.http import http_date
from ninja import Router

from capture.core.errors import Refusal
from capture.http.auth import DeviceToken, device_of
from capture.http.body import announced_length
from capture.models import Device, Upload
from capture.tus import partial_file
from capture.tus.append import append_at_offset, append_or_delete_upload
from capture.tus.cleanup import delete_upload
from capture.tus.create import SAID, create_upload
from capture.tus.finish import finish_upload
from capture.tus.lease import free_if_dead, hold_upload, lease_seconds
from capture.tus.protocol import (
    ALGORITHMS,
    ASKED,
    BEGUN,
    BODY_TYPE,
    CONTINUED,
    EXTENSIONS,
    VERSION,
    format_metadata,
    parse_byte_count,
    parse_checksum,
    parse_metadata,
    tus_answers,
)

View = Callable[..., Any]
router = Router(tags=["resumable uploads"], auth=DeviceToken())


def _add_tus_headers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def answered(*arguments: Any, **named: Any) -> HttpResponseBase:
        answer = view(*arguments, **named)
        answer["Tus-Resumable"] = VERSION
        answer["Cache-Control"] = "no-store"
        if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            answer["Tus-Version"] = VERSION
        return answer

    return answered


def _require_tus_version(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            raise Refusal("tus-version")
        return view(request, *arguments, **named)

    return asked


router.add_decorator(_add_tus_headers, mode="view")
router.add_decorator(_require_tus_version)


def _offset_response(upload: Upload, status: HTTPStatus) -> HttpResponse:
    expires = http_date(upload.expires_at.timestamp())
    return HttpResponse(status=status, headers={"Upload-Offset": str(upload.offset), "Upload-Expires": expires})


def _require_body_type(request: HttpRequest) -> None:
    if request.content_type != BODY_TYPE:
        raise Refusal("wrong-type", wanted=BODY_TYPE)


def find_upload(device: Device, upload_id: uuid.UUID) -> Upload:
    """Return an upload of this device's. Raises Refusal: 404, 410."""
    upload = Upload.objects.select_related("device__user").filter(pk=upload_id, device=device).first()
    if upload is None:
        raise Refusal("unknown-upload")
    if upload.finished_at is None and upload.expires_at < timezone.now():
        raise Refusal("expired-upload")
    return upload


def repair_or_finish_upload(device: Device, upload_id: uuid.UUID) -> Upload:
    """Find an upload; set its offset back where bytes were lost, finish it where all are there, and return it.

    Raises Refusal: 404, 410, 423, and those of `ingest_recording`.
    """
    upload = find_upload(device, upload_id)
    free_if_dead(upload)
    if upload.finished_at is None and partial_file.partial_bytes(upload.pk) < upload.offset:
        _reset_offset(upload)
    if upload.finished_at is None and upload.offset == upload.length:
        with hold_upload(upload) as hold:
            finish_upload(upload, hold)
        upload.refresh_from_db(fields=["fence", "finished_at"])
    return upload


def _reset_offset(upload: Upload) -> None:
    """Set the offset of an upload back to the bytes that are there, where a damaged disk lost some."""
    as_read = Upload.objects.at_rest(timezone.now()).filter(pk=upload.pk, fence=upload.fence, finished_at=None)
    as_read.update(offset=partial_file.partial_bytes(upload.pk), fence=F("fence") + 1)
    upload.refresh_from_db(fields=["offset", "fence", "finished_at", "held_until"])


@router.api_operation(["OPTIONS"], "/", auth=None, response={204: None}, operation_id="capture_resumable_api_offer_tus")
def offer_tus(request: HttpRequest) -> HttpResponse:
    """Say what is spoken here."""
    del request
    offered = {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(settings.MAX_UPLOAD),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }
    return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=offered)


@router.post(
    "/",
    response=tus_answers(201, 400, 409, 412, 413, 415, 423, 429, 460, 507),
    openapi_extra=BEGUN,
    operation_id="capture_resumable_api_begin_upload",
)
def begin_upload(request: HttpRequest) -> HttpResponse:
    """Begin the upload of a recording, and send as much of it as you like with it. It goes on at its Location.

    Where its last byte has come, its receipt is at /api/v1/memos/{id}: the id that was sent, or else the last part of
    the Location.
    """
    said = parse_metadata(request.headers.get("Upload-Metadata"))
    sum_of_body = parse_checksum(request.headers.get("Upload-Checksum"))
    has_body = request.META.get("CONTENT_LENGTH", "") not in {"", "0"}
    if has_body:
        _require_body_type(request)
    length_of_body = announced_length(request) if has_body else 0
    upload = create_upload(
        device_of(request), parse_byte_count("Upload-Length", request.headers.get("Upload-Length")), said
    )
    if upload.finished_at is None:
        append_or_delete_upload(request, upload, sum_of_body, length_of_body)
    answer = _offset_response(upload, HTTPStatus.CREATED)
    answer["Location"] = f"{request.path}{upload.pk}"
    return answer


@router.api_operation(
    ["HEAD"],
    "/{uuid:upload_id}",
    response=tus_answers(200, 400, 404, 409, 410, 412, 415, 423, 507),
    openapi_extra=ASKED,
    operation_id="capture_resumable_api_ask_upload",
)
def ask_upload(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Ask where an upload goes on. Retry-After says that another request writes to it, and when to ask again."""
    upload = repair_or_finish_upload(device_of(request), upload_id)
    answer = _offset_response(upload, HTTPStatus.OK)
    answer["Upload-Length"] = str(upload.length)
    said = format_metadata({key: getattr(upload, column) for key, column in SAID.items()})
    answer["Upload-Metadata"] = said
    if seconds := lease_seconds(upload):
        answer["Retry-After"] = str(seconds)
    return answer


@router.patch(
    "/{uuid:upload_id}",
    response=tus_answers(204, 400, 404, 409, 410, 411, 412, 413, 415, 423, 460, 507),
    openapi_extra=CONTINUED,
    operation_id="capture_resumable_api_continue_upload",
)
def continue_upload(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Send the next bytes. Whatever arrived of a request that was broken off is kept, unless it had a checksum."""
    _require_body_type(request)
    offset = parse_byte_count("Upload-Offset", request.headers.get("Upload-Offset"))
    sum_of_body = parse_checksum(request.headers.get("Upload-Checksum"))
    length = announced_length(request)
    upload = repair_or_finish_upload(device_of(request), upload_id)
    append_at_offset(request, upload, offset, sum_of_body, length)
    return _offset_response(upload, HTTPStatus.NO_CONTENT)


@router.delete(
    "/{uuid:upload_id}",
    response=tus_answers(204, 404, 410, 412),
    openapi_extra=ASKED,
    operation_id="capture_resumable_api_end_upload",
)
def end_upload(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """End an upload and forget what came of it. What has become a memo stays one."""
    delete_upload(find_upload(device_of(request), upload_id))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


_BY_NAME = {"HEAD": ask_upload, "PATCH": continue_upload, "DELETE": end_upload}


@router.post("/{uuid:upload_id}", include_in_schema=False)
def override_method(request: HttpRequest, upload_id: uuid.UUID) -> Any:
    """Do what X-HTTP-Method-Override says, for clients that can only POST."""
    view = _BY_NAME.get(request.headers.get("X-HTTP-Method-Override", ""))
    if view is None:
        return HttpResponseNotAllowed(_BY_NAME)
    return view(request, upload_id)
