"""What is said of a download in a terminal: its size before it begins, a line now and then, and how it ended."""

from collections.abc import Iterator

from transcription.core.download_record import Download, DownloadState
from transcription.core.messages import Message, parse_message

LINE_SHARE = 0.1
"""Of the whole, after which a line is said again."""


class DownloadLines:
    """The lines about one model, as messages whose codes begin with a word of its kind's own.

    What failed is tried again and again: that is said when it fails for another reason, or succeeds.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._said: Download | None = None
        self._failed = ""

    def next_lines(self, download: Download) -> Iterator[Message]:
        """Yield what is new in it since the last one, and remember that it is said."""
        said = self._said
        if download.state is DownloadState.FAILED:
            yield from self._failure(download)
            return
        if said and said.state is download.state is DownloadState.HERE:
            return
        begun = download._replace(state=DownloadState.FETCHING, done=0, at=0.0)
        if said is None or said._replace(done=0, at=0.0) != begun:
            self._said = said = download._replace(state=DownloadState.FETCHING)
            if download.total or not self._failed:
                yield download.progress(f"{self._kind}_fetch_{'begins' if download.total else 'asks'}")
        if download.state is DownloadState.HERE:
            self._said = download
            yield download.progress(f"{self._kind}_fetched")
        elif download.total and download.done - said.done >= LINE_SHARE * download.total:
            self._said = download
            yield download.progress(f"{self._kind}_fetch_moves")

    def _failure(self, download: Download) -> Iterator[Message]:
        self._said = None
        if download.why != self._failed and (why := parse_message(download.why)):
            self._failed = download.why
            yield Message(f"{self._kind}_fetch_failed", {**why.parameters, "name": download.name, "why": why.code})
