"""The mobile upload API: pair, upload, ask for a receipt. Programs that read share the addresses of memos."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from capture.core import content_digest
from capture.core.errors import Refusal
from capture.http.auth import AnyToken, DeviceToken, ReadToken, device_of
from capture.http.body import FORM_ALLOWANCE_BYTES, announced_length, write_body
from capture.http.multipart import read_form
from capture.http.read_api import list_memos, read_memo
from capture.http.read_schemas import MemoOut, MemosOut
from capture.http.schemas import (
    ASKED,
    FORM,
    PAIRED,
    RAW_BODY,
    TAKEN,
    HeldIn,
    PairIn,
    PairOut,
    PairPreviewIn,
    PairPreviewOut,
    Problem,
    ReceiptOut,
    SealKeyOut,
    SitIn,
    SitOut,
)
from capture.http.web_state import web_state
from capture.models import AccessToken, Device, Source
from capture.services.deduplication import CLIENT_ID, checked_id
from capture.services.devices import PairingPreview, pairing_preview, record_contact, redeem_pairing_code
from capture.services.ingest import Received, Sent, ingest_recording
from capture.services.quota import refuse_unless_known
from capture.services.read_routes import read_route
from capture.services.receipts import Receipt, find_receipt
from capture.services.sealing import ensure_public_key
from capture.services.sits import SentSit, record_sit
from capture.storage.incoming import open_incoming

router = Router(tags=["memos"])


def _receipt_answer(received: Received) -> Status[Receipt]:
    return Status(201 if received.created else 200, received.receipt)


@router.put(
    "/memos/{client_id}",
    auth=DeviceToken(),
    response=TAKEN,
    exclude_none=True,
    openapi_extra=RAW_BODY,
    operation_id="capture_api_put_memo",
)
def put_memo(request: HttpRequest, client_id: str) -> Status[Receipt]:
    """Send a recording as the raw body, under an id of the sender's own. It may be sent again as often as need be."""
    sent = Sent(
        client_id=checked_id(client_id),
        recorded_at=request.headers.get("Recorded-At"),
        sha256=content_digest.sha256_from_repr_digest(request.headers.get("Repr-Digest")),
        context=request.headers.get("Memo-Context"),
    )
    length = announced_length(request)
    device = device_of(request)
    refuse_unless_known(device.user, client_id, sent.sha256, length)
    with open_incoming() as arriving:
        write_body(request, arriving, length)
        return _receipt_answer(ingest_recording(device.user, device, Source.API, arriving, sent))


@router.post(
    "/memos",
    auth=DeviceToken(),
    response=TAKEN,
    exclude_none=True,
    openapi_extra=FORM,
    operation_id="capture_api_post_memo",
)
def post_memo(request: HttpRequest) -> Status[Receipt]:
    """Send a recording as the field `audio` of a form, as Shortcuts, Tasker and `curl -F` do."""
    announced_length(request, FORM_ALLOWANCE_BYTES)
    sent, (audio, *others) = read_form(request)
    if others:
        raise Refusal("many-recordings")
    device = device_of(request)
    return _receipt_answer(ingest_recording(device.user, device, Source.API, audio.arrived(), sent))


read_route(router, "/memos", MemosOut, auth=ReadToken())(list_memos)


@router.get(
    "/memos/{client_id}",
    auth=AnyToken(),
    response={200: ReceiptOut | MemoOut, **ASKED},
    exclude_none=True,
    operation_id="capture_api_get_receipt",
)
def get_receipt(request: HttpRequest, client_id: str) -> Receipt | HttpResponse:
    """Ask again for the receipt of what this device sent under this id; a personal token reads the memo of its own id.

    A device learns nothing but its receipt, and a personal token none of the ids of devices.
    """
    if isinstance(request.auth, AccessToken):  # type: ignore[attr-defined]
        return read_memo(request, client_id)
    is_id = CLIENT_ID.fullmatch(client_id)  # PostgreSQL would not even be asked for some that are none
    receipt = find_receipt(device_of(request), client_id) if is_id else None
    if receipt is None:
        raise Refusal("unknown-memo")
    return receipt


@router.api_operation(
    ["HEAD"],
    "/memos/{client_id}",
    auth=AnyToken(),
    include_in_schema=False,
)
def head_of_receipt(request: HttpRequest, client_id: str) -> Receipt | HttpResponse:
    """Ask whether there is a receipt: the answer's head alone goes out."""
    return get_receipt(request, client_id)


@router.post(
    "/pair",
    auth=None,
    response={201: PairOut, **PAIRED},
    exclude_none=True,
    tags=["devices"],
    operation_id="capture_api_pair",
    url_name="pair",
    summary="Pair",
)
def pair_device(request: HttpRequest, body: PairIn) -> Status[dict[str, str]]:
    """Trade a pairing code, once and within ten minutes, for a device token."""
    web_state().rate_limit.count_pairing(request)
    device, token = redeem_pairing_code(body.code, body.name, can_seal=body.seals)
    account = device.user.get_username()
    paired = {"device": str(device.pk), "token": token, "url": settings.STILLNOTE_URL, "account": account}
    return Status(201, paired | _seal_key_of(device))


def _seal_key_of(device: Device) -> dict[str, str]:
    """Return for which key a device seals; nothing where it does not."""
    return {"seal_key": ensure_public_key()} if device.seals else {}


@router.post(
    "/pair/preview",
    auth=None,
    response={200: PairPreviewOut, **PAIRED},
    tags=["devices"],
    operation_id="capture_api_preview_pairing",
    url_name="preview_pairing",
    summary="Ask whose a pairing code is",
)
def preview_pairing(request: HttpRequest, body: PairPreviewIn) -> PairingPreview:
    """Say with which account a code would pair a device, and whose the device is now. The code stays unused."""
    web_state().rate_limit.count_pairing(request)
    return pairing_preview(body.code, body.token)


@router.put(
    "/device",
    auth=DeviceToken(),
    response={200: SealKeyOut, 204: None, 400: Problem, 401: Problem, 503: Problem},
    tags=["devices"],
    operation_id="capture_api_put_device",
)
def put_device(request: HttpRequest, body: HeldIn) -> Status[dict[str, str] | None]:
    """Tell what this device still holds, to be seen on its owner's devices page. One that seals is told the key."""
    device = device_of(request)
    record_contact(device, body.held, body.oldest, room_bytes=body.room_bytes, name=body.name)
    return Status(200, _seal_key_of(device)) if device.seals else Status(204, None)


@router.put(
    "/sits/{client_id}",
    auth=DeviceToken(),
    response={200: SitOut, 201: SitOut, 400: Problem, 401: Problem},
    tags=["sits"],
    operation_id="capture_api_put_sit",
)
def put_sit(request: HttpRequest, client_id: str, body: SitIn) -> Status[dict[str, str]]:
    """Tell of a sit under an id of the sender's own, as often as need be: at its beginning, and again with its end."""
    sent = SentSit(body.started, body.ended, body.kind)
    is_new = record_sit(device_of(request), client_id, sent)
    return Status(201 if is_new else 200, {"id": client_id})
