"""Cuts off the running uploads of a device that is unpaired.

One thread checks all uploads of a process twice a second, so that no upload asks the database for each chunk. It ends
the reading of a body from outside, for a slow phone may keep a read waiting for minutes.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import Error, connection
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from capture.models import Device
from capture.services.devices import refuse_if_revoked

log = logging.getLogger(__name__)

LOOK_INTERVAL_SECONDS = 0.4
"""With the check itself, an upload ends well within a second."""

CUT_OFF_KEY = "stillnote.cut_off"
"""Where the web server's environment names what ends the reading of a request's body (config.http.body_guard)."""


class _CurrentUpload(NamedTuple):
    device: Device
    cut_off: Callable[[], None]


class RevocationWatch:
    """The running uploads of this process, and the thread that checks whether their devices may still send."""

    def __init__(self) -> None:
        self._uploads: dict[object, _CurrentUpload] = {}
        self._some = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def cut_off_when_revoked(self, request: HttpRequest, device: Device | None) -> Iterator[None]:
        """Make reading the body in this block fail within a second after its device was unpaired.

        Raises Refusal (401) then. A body that no device sends is not watched.
        """
        if device is None:
            yield
            return
        upload = object()
        if cut_off := request.META.get(CUT_OFF_KEY):
            self._begin(upload, _CurrentUpload(device, cut_off))
        try:
            yield
        except UnreadablePostError:
            refuse_if_revoked(device)
            raise
        finally:
            self._uploads.pop(upload, None)

    def _begin(self, upload: object, current: _CurrentUpload) -> None:
        """Add an upload, and start the thread where there is none."""
        self._uploads[upload] = current
        self._some.set()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="lookout", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        """Check twice a second, as long as there are uploads."""
        while self._some.wait():
            time.sleep(LOOK_INTERVAL_SECONDS)
            self._some.clear()
            if uploads := list(self._uploads.values()):
                self._some.set()
                self._cut_off_revoked(uploads)
            else:
                connection.close()

    def _cut_off_revoked(self, uploads: list[_CurrentUpload]) -> None:
        """Cut off the uploads whose device may not send any more; where the database fails, try in the next round."""
        devices = {upload.device.pk for upload in uploads}
        try:
            welcome = set(Device.objects.welcome().filter(pk__in=devices).values_list("pk", flat=True))
        except Error as error:
            log.warning("whether devices were unpaired cannot be read (%s)", type(error).__name__)
            connection.close()
            return
        for upload in uploads:
            if upload.device.pk not in welcome:
                upload.cut_off()
