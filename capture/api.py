"""The mobile upload API: pair, upload, ask for a receipt."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from capture import digests, errors, services
from capture.auth import DeviceToken, device_of
from capture.bodies import FORM_ALLOWANCE, announced_length, pour
from capture.identity import CLIENT_ID, checked_id
from capture.models import Context, Source
from capture.pace import count_pairing
from capture.quota import refuse_unless_known
from capture.receipts import Receipt, receipt_for
from capture.receiving import Received, Sent, receive
from capture.sent_forms import read_form
from capture.storage import incoming

router = Router(tags=["memos"])


class ReceiptOut(Schema):
    """The recording's bytes are on the server's disk and committed to its database: the phone may delete its copy."""

    id: str
    sha256: str = Field(description="of all bytes, in hex")
    bytes: int
    received_at: Any = Field(json_schema_extra={"type": "string", "format": "date-time"})
    safe_to_delete: bool


class Problem(Schema):
    """What went wrong (RFC 9457). Nothing was stored."""

    type: str = Field(description="stable: for programs; an address that explains it")
    title: str = Field(description="a sentence for people, saying what to do")
    status: int


class PairIn(Schema):
    """A pairing code as the dashboard shows it, and what the device is to be called."""

    code: str = Field(max_length=32)
    name: str = Field("phone", max_length=100)


class PairOut(Schema):
    """The token is shown this once. It can upload and ask for its own receipts."""

    device: str
    token: str
    url: str


class HeldIn(Schema):
    """What a device still holds, having no receipt for it."""

    held: int = Field(ge=0, le=2**31 - 1, description="how many recordings")
    oldest: str | None = Field(
        None, description="when the oldest was spoken, RFC 3339", json_schema_extra={"format": "date-time"}
    )


class SitIn(Schema):
    """A sit that begins, or one that is over."""

    started: str = Field(description="RFC 3339 with offset", json_schema_extra={"format": "date-time"})
    ended: str | None = Field(None, description="left out while it lasts", json_schema_extra={"format": "date-time"})
    kind: str = Field("", max_length=40, description="the device's own word for it")


class SitOut(Schema):
    """The sit is kept."""

    id: str


_REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 409, 411, 413, 415, 429, 503, 507), Problem)
_ASKED: dict[Any, Any] = dict.fromkeys((401, 404, 429, 503), Problem)
_PAIRED: dict[Any, Any] = dict.fromkeys((400, 410, 429), Problem)
_TAKEN = {200: ReceiptOut, 201: ReceiptOut, **_REFUSALS}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string", **schema}}


_RAW_BODY = {
    "parameters": [
        _header("Recorded-At", "when it was spoken, RFC 3339 with offset", format="date-time"),
        _header("Repr-Digest", "RFC 9530, sha-256=:base64: of the body"),
        _header("Memo-Context", "where it was spoken", enum=Context.values),
    ],
    "requestBody": {"required": True, "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}},
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["audio"],
                    "properties": {
                        "audio": {"type": "string", "format": "binary"},
                        "id": {"type": "string", "pattern": f"^{CLIENT_ID.pattern}$"},
                        "recorded_at": {"type": "string", "format": "date-time"},
                        "sha256": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
                        "context": {"type": "string", "enum": Context.values},
                    },
                }
            }
        },
    }
}


def _answer(received: Received) -> Status[Receipt]:
    return Status(201 if received.created else 200, received.receipt)


@router.put("/memos/{client_id}", auth=DeviceToken(), response=_TAKEN, openapi_extra=_RAW_BODY)
def put_memo(request: HttpRequest, client_id: str) -> Status[Receipt]:
    """Send a recording as the raw body, under an id of the sender's own. It may be sent again as often as need be."""
    sent = Sent(
        client_id=checked_id(client_id),
        recorded_at=request.headers.get("Recorded-At"),
        sha256=digests.from_repr_digest(request.headers.get("Repr-Digest")),
        context=request.headers.get("Memo-Context"),
    )
    length = announced_length(request)
    device = device_of(request)
    refuse_unless_known(device.user, client_id, sent.sha256, length)
    with incoming() as arriving:
        pour(request, arriving, length)
        return _answer(receive(device.user, device, Source.API, arriving, sent))


@router.post("/memos", auth=DeviceToken(), response=_TAKEN, openapi_extra=_FORM)
def post_memo(request: HttpRequest) -> Status[Receipt]:
    """Send a recording as the field `audio` of a form, as Shortcuts, Tasker and `curl -F` do."""
    announced_length(request, FORM_ALLOWANCE)
    sent, (audio, *others) = read_form(request)
    if others:
        raise errors.many_recordings()
    device = device_of(request)
    return _answer(receive(device.user, device, Source.API, audio.arrived(), sent))


@router.get("/memos/{client_id}", auth=DeviceToken(), response={200: ReceiptOut, **_ASKED})
def get_receipt(request: HttpRequest, client_id: str) -> Receipt:
    """Ask again for the receipt of what this device sent under this id."""
    is_id = CLIENT_ID.fullmatch(client_id)  # PostgreSQL would not even be asked for some that are none
    receipt = receipt_for(device_of(request), client_id) if is_id else None
    if receipt is None:
        raise errors.no_such_memo()
    return receipt


@router.post("/pair", auth=None, response={201: PairOut, **_PAIRED}, tags=["devices"])
def pair(request: HttpRequest, body: PairIn) -> Status[dict[str, str]]:
    """Trade a pairing code, once and within ten minutes, for a device token."""
    count_pairing(request)
    device, token = services.redeem(body.code, body.name)
    return Status(201, {"device": str(device.pk), "token": token, "url": settings.STILLNOTE_URL})


@router.put("/device", auth=DeviceToken(), response={204: None, 400: Problem, 401: Problem}, tags=["devices"])
def put_device(request: HttpRequest, body: HeldIn) -> Status[None]:
    """Tell what this device still holds, to be seen on its owner's devices page."""
    services.note_held(device_of(request), body.held, body.oldest)
    return Status(204, None)


@router.put(
    "/sits/{client_id}",
    auth=DeviceToken(),
    response={200: SitOut, 201: SitOut, 400: Problem, 401: Problem},
    tags=["sits"],
)
def put_sit(request: HttpRequest, client_id: str, body: SitIn) -> Status[dict[str, str]]:
    """Tell of a sit under an id of the sender's own, as often as need be: at its beginning, and again with its end."""
    sent = services.SentSit(body.started, body.ended, body.kind)
    is_new = services.keep_sit(device_of(request), client_id, sent)
    return Status(201 if is_new else 200, {"id": client_id})
