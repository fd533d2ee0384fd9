"""The sound of a memo as an answer, in ranges: its playback copy, or the untouched original."""

from django.http import Http404, HttpRequest, HttpResponseBase

from capture.core.audio_kinds import KINDS
from capture.models import Memo
from capture.services import recordings
from capture.services.byte_ranges import serve_file

PLAYBACK_TYPE = "audio/mp4"


def serve_playback(request: HttpRequest, memo: Memo) -> HttpResponseBase:
    """Return the copy that every browser can play and seek in; until it is made, the original.

    A browser that has it asks anew once something of it was erased.

    Raises Http404 where neither is there, and StoreUnreachable.
    """
    try:
        since = f"-{memo.original_gone_at:%Y%m%d%H%M%S%f}" if memo.original_gone_at else ""
        etag = f'"{memo.sha256}-playback{since}"'
        return serve_file(request, recordings.find_playback(memo), PLAYBACK_TYPE, etag)
    except FileNotFoundError:
        return serve_original(request, memo)


def serve_original(request: HttpRequest, memo: Memo) -> HttpResponseBase:
    """Return the recording as it came. Raises Http404 where it is not there, and StoreUnreachable."""
    try:
        return serve_file(request, recordings.find_original(memo), KINDS[memo.kind].media_type, f'"{memo.sha256}"')
    except FileNotFoundError as error:
        raise Http404("recording-missing") from error
