"""Recordings received without HTTP, and a small model of what their sender may count on."""

from capture.models import Device, Source
from capture.services.ingest import Received, Sent, ingest_recording
from capture.storage.incoming import open_incoming

RECORDINGS = {"x": b"OggS" + b"x" * 100, "y": b"OggS" + b"y" * 50}


def send(device: Device, client_id: str | None, audio: bytes, source: Source = Source.API) -> Received:
    with open_incoming() as arriving:
        arriving.write(audio)
        return ingest_recording(
            device.user, None if source == Source.WEB else device, source, arriving, Sent(client_id)
        )


class Model:
    """What a sender may count on: an id names one recording for ever, a recording is kept once, deleted is deleted."""

    def __init__(self) -> None:
        self.named: dict[str, str] = {}
        self.kept: set[str] = set()
        self.hidden: set[str] = set()
        self.gone: set[str] = set()

    def send(self, client_id: str, recording: str) -> int:
        """Return the status that an upload is answered with."""
        known = self.named.get(client_id)
        if known not in {None, recording}:
            return 409
        if recording in self.gone:
            return 200
        self.named[client_id] = recording
        status = 200 if recording in self.kept else 201
        self.kept.add(recording)
        return status

    def delete(self, recording: str) -> None:
        """Hide what is kept."""
        self.hidden |= {recording} & self.kept

    def purge(self) -> None:
        """Bury what is hidden."""
        self.gone |= self.hidden
        self.kept -= self.hidden
        self.hidden = set()


def storage_hash(name: str) -> str:
    with open_incoming() as arriving:
        arriving.write(RECORDINGS[name])
        return arriving.sha256
