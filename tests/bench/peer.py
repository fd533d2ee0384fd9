"""What the upload API is held against: a plain Django view that takes a form, checks the token, and writes the row.

It does what most would write: Django's own upload handlers, a file that nobody syncs, a row that waits for no disk.
"""

import hashlib
import os
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.ROOT_URLCONF = __name__
settings.FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
options: dict[str, Any] = settings.SQLITE_OPTIONS
options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
application = get_wsgi_application()

from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

from capture.models import Device, Memo, Source  # noqa: E402


@csrf_exempt
def take(request: HttpRequest) -> HttpResponse:
    """Keep the form's recording."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token_hash = hashlib.sha256(token.encode()).hexdigest()
    device = Device.objects.select_related("user").filter(token_hash=token_hash, revoked_at=None).first()
    if device is None:
        return HttpResponse(status=401)
    audio: Any = request.FILES["audio"]
    memo_id, sha256 = uuid.uuid4(), hashlib.sha256()
    place = Path(settings.HOME) / "plain" / memo_id.hex
    place.parent.mkdir(exist_ok=True)
    with place.open("wb") as file:
        for chunk in audio.chunks():
            sha256.update(chunk)
            file.write(chunk)
    now = timezone.now()
    memo = Memo.objects.create(
        id=memo_id,
        client_id=request.POST.get("id") or str(memo_id),
        user=device.user,
        device=device,
        source=Source.API,
        recorded_at=now,
        received_at=now,
        kind="ogg",
        bytes=audio.size,
        sha256=sha256.hexdigest(),
        path=f"plain/{memo_id.hex}",
    )
    return JsonResponse({"id": memo.client_id, "sha256": memo.sha256}, status=201)


urlpatterns = [path("api/v1/memos", take), path("api/v1/memos/none", take)]
