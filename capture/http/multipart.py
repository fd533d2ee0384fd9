"""Forms that carry recordings, as devices, scripts and our own pages send them."""

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation, TooManyFilesSent
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from capture.core import content_digest
from capture.core.errors import Refusal
from capture.http.auth import sending_device
from capture.http.upload_handler import ArrivedFile, discard_interrupted
from capture.http.web_state import web_state
from capture.services.ingest import Sent

UNREADABLE_FORM = (
    *(UnreadablePostError, MultiPartParserError, SuspiciousOperation, BadRequest),
    *(LookupError, UnicodeError),  # it names a character set that is none
)


def read_form(request: HttpRequest) -> tuple[Sent, list[ArrivedFile]]:
    """Return what a form says of its recordings, and the recordings: its files in the field `audio`, at least one.

    Raises Refusal where it ended early, cannot be read, holds too many recordings or none, or comes from a device that
    is unpaired meanwhile.
    """
    try:
        with web_state().revocation.cut_off_when_revoked(request, sending_device(request)):
            fields, files = request.POST, request.FILES.getlist("audio")
    except Refusal:
        discard_interrupted(request)
        raise
    except TooManyFilesSent as error:
        discard_interrupted(request)
        raise Refusal("too-many-files", limit=settings.DATA_UPLOAD_MAX_NUMBER_FILES) from error
    except UNREADABLE_FORM as error:
        discard_interrupted(request)
        raise Refusal("bad-form") from error
    recordings = [file for file in files if isinstance(file, ArrivedFile)]
    if not recordings:
        raise Refusal("no-audio")
    sent = Sent(
        client_id=fields.get("id") or None,
        recorded_at=fields.get("recorded_at") or None,
        sha256=content_digest.sha256_from_field(fields.get("sha256")),
        context=fields.get("context"),
    )
    return sent, recordings
