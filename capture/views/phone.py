"""The page of the meditation phone, and what makes it an app of its own: its manifest and its service worker."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from capture.http.microphone import gives_microphone

STATIC = Path(__file__).parents[1] / "static"
"""Of this room: what the page may need lies in its folder `capture`."""
SHARED = (
    "config/icon.svg",
    "config/css/fonts.css",
    "config/fonts/newsreader-latin.woff2",
    "config/fonts/source-sans-latin.woff2",
)
"""What the page has in common with all pages."""
KEPT_SUFFIXES = frozenset({".js", ".css", ".png", ".svg"})
SIT_MINUTES = (5, 10, 20, 45)
LEFT_OUT = frozenset({"vendor/qr"})
"""Folders of what is loaded only when somebody pairs, which needs a network anyway."""
MAX_SHARED_FILES = 50
MAX_SHARED_BYTES = 256 * 1024 * 1024
"""What other apps share to the page and nobody has kept yet: any site can post there, and a phone's room is small."""
ICON_PIXELS = (192, 512)


@require_safe
def show_phone(request: HttpRequest) -> HttpResponse:
    """Show the page. It knows nobody: a phone that was paired holds its token itself, and can only upload.

    Where browsers give no microphone it is the one with the phone's own recorder.
    """
    if gives_microphone(request):
        return render(request, "capture/phone.html", {"sit_minutes": SIT_MINUTES})
    return render(request, "capture/plain.html", {"help_page": settings.HELP_PAGE() if settings.HELP_PAGE else ""})


@require_safe
def serve_worker(request: HttpRequest) -> HttpResponse:
    """Serve the page's service worker. It is another one, byte for byte, whenever anything it keeps has changed."""
    kept = _kept_files()
    changing = hashlib.sha256(show_phone(request).content)
    for file in [*kept, *(Path(str(finders.find(name))) for name in SHARED)]:
        changing.update(file.read_bytes())
    about = {
        "version": changing.hexdigest()[:16],
        "page": reverse("phone"),
        "share": reverse("phone") + "share",
        "most": {"files": MAX_SHARED_FILES, "bytes": min(MAX_SHARED_BYTES, settings.MAX_UPLOAD)},
        "tooMuch": _(
            "More was shared than this page holds before somebody keeps it, and nothing was taken. Keep what waits "
            "there, or give large files to “Add recordings” on Today."
        ),
        "files": [
            *map(static, SHARED),
            reverse("phone_manifest"),
            *(static(file.relative_to(STATIC).as_posix()) for file in kept),
        ],
        "memos": reverse("api:post_memo") + "/",
        "uploads": reverse("api:begin_upload"),
    }
    script = (
        f'import {{ startWorker }} from "{static("capture/phone/worker.js")}";\nstartWorker({json.dumps(about)});\n'
    )
    return HttpResponse(script, content_type="text/javascript")


def _kept_files() -> list[Path]:
    below = STATIC / "capture"
    files = sorted(file for file in below.rglob("*") if file.suffix in KEPT_SUFFIXES)
    return [file for file in files if file.parent.relative_to(below).as_posix() not in LEFT_OUT]


@require_safe
def serve_manifest(request: HttpRequest) -> JsonResponse:
    """Serve what makes the page an app on a home screen, to which other apps can share recordings."""
    del request
    page = reverse("phone")
    manifest = {
        "name": "Stillnote",
        "short_name": "Stillnote",
        "description": _("Touch anywhere to record, touch again to stop."),
        "id": page,
        "start_url": page,
        "scope": page,
        "display": "standalone",
        "display_override": ["fullscreen", "standalone"],
        "background_color": "#000000",
        "theme_color": "#000000",
        "icons": [_icon(pixels, purpose) for pixels in ICON_PIXELS for purpose in ("any", "maskable")],
        "share_target": {
            "action": page + "share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "audio", "accept": ["audio/*", ".m4a", ".mp3", ".ogg", ".opus", ".wav"]}]},
        },
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


def _icon(pixels: int, purpose: str) -> dict[str, str]:
    file = static(f"capture/phone/icon-{purpose}-{pixels}.png")
    return {"src": file, "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}
