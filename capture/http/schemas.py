"""What the OpenAPI document says of the upload API: what is sent, and what is answered."""

from typing import Any

from ninja import Field, Schema

from capture.models import Context
from capture.services.deduplication import CLIENT_ID


class OpenedOut(Schema):
    """The recording itself, where it came sealed."""

    sha256: str = Field(description="of the recording as it is kept, in hex")
    bytes: int
    whole: bool = Field(description="whether no slice was missing, nor its end")


class ReceiptOut(Schema):
    """The recording's bytes are on the server's disk and committed to its database: the phone may delete its copy."""

    id: str
    sha256: str = Field(description="of all bytes as they were sent, in hex")
    bytes: int
    received_at: Any = Field(json_schema_extra={"type": "string", "format": "date-time"})
    safe_to_delete: bool
    opened: OpenedOut | None = Field(None, description="only of what came sealed, unless it was deleted since")


class Problem(Schema):
    """What went wrong (RFC 9457). Nothing was acknowledged."""

    type: str = Field(description="stable: for programs; an address that explains it")
    title: str = Field(description="a sentence for people, saying what to do")
    status: int


class PairIn(Schema):
    """A pairing code as the dashboard shows it, and what the device is to be called."""

    code: str = Field(max_length=32)
    name: str = Field("phone", max_length=100)
    seals: bool = Field(False, description="whether it can seal what it records, should it be asked to")


class SealKeyOut(Schema):
    """For whom a device seals what it records from now on."""

    seal_key: str = Field(description="an X25519 public key, in base64")


class PairOut(Schema):
    """The token is shown this once. It can upload and ask for its own receipts."""

    device: str
    token: str
    url: str
    account: str = Field(description="the name of the account that the device sends to from now on")
    seal_key: str | None = Field(
        None, description="for which it seals what it records, an X25519 public key in base64; left out, it does not"
    )


class PairPreviewIn(Schema):
    """A pairing code that is not used yet, and the token that the device has already."""

    code: str = Field(max_length=32)
    token: str = Field("", max_length=100)


class PairPreviewOut(Schema):
    """Whose the code is, and whose the device is: they may differ, and only its person says which it shall be."""

    account: str = Field(description="the name of the account that the code pairs with")
    paired_with: str = Field(description="the name of the account of the token, even if unpaired; else empty")
    sends: bool = Field(description="whether the token still works")
    seals: bool = Field(description="whether a device that pairs by it seals what it records")


class HeldIn(Schema):
    """What a device still holds, having no receipt for it."""

    held: int = Field(ge=0, le=2**31 - 1, description="how many recordings")
    oldest: str | None = Field(
        None, description="when the oldest was spoken, RFC 3339", json_schema_extra={"format": "date-time"}
    )
    room_bytes: int | None = Field(
        None, ge=0, le=2**63 - 1, description="how much room is left there for recordings; left out where it is plenty"
    )
    name: str = Field("", max_length=100, description="what its person calls it from now on; left out, it stays")


class SitIn(Schema):
    """A sit that begins, or one that is over."""

    started: str = Field(description="RFC 3339 with offset", json_schema_extra={"format": "date-time"})
    ended: str | None = Field(None, description="left out while it lasts", json_schema_extra={"format": "date-time"})
    kind: str = Field("", max_length=40, description="the device's own word for it")


class SitOut(Schema):
    """The sit is kept."""

    id: str


_REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 409, 411, 413, 415, 429, 503, 507), Problem)
ASKED: dict[Any, Any] = dict.fromkeys((401, 404, 429, 503), Problem)
PAIRED: dict[Any, Any] = dict.fromkeys((400, 410, 429, 503), Problem)
TAKEN = {200: ReceiptOut, 201: ReceiptOut, **_REFUSALS}


def header_parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """Return the description of a request's header. schema: what OpenAPI may say of its value."""
    described = {"type": "string", **schema}
    return {"name": name, "in": "header", "description": description, "required": required, "schema": described}


SEALED_TYPE = "application/vnd.stillnote.sealed"
_BYTES = {"type": "string", "format": "binary"}
RAW_BODY = {
    "parameters": [
        header_parameter("Recorded-At", "when it was spoken, RFC 3339 with offset", format="date-time"),
        header_parameter("Repr-Digest", "RFC 9530, sha-256=:base64: of the body"),
        header_parameter("Memo-Context", "where it was spoken", enum=Context.values),
    ],
    "requestBody": {"required": True, "content": {"audio/*": {"schema": _BYTES}, SEALED_TYPE: {"schema": _BYTES}}},
}
FORM = {
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
