"""What is said of a download in a terminal: its size before it begins, a line now and then, and how it ended."""

from collections.abc import Iterator

from transcription.core.download_record import Download, DownloadState
from transcription.core.messages import Message, parse_message

LINE_SHARE = 0.1
"""Of the whole, after which a line is said again."""


class DownloadLines:
    """The lines about one kind of model, as messages whose codes begin with a word of that kind's own."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._said: Download | None = None

    def next_lines(self, download: Download) -> Iterator[Message]:
        """Yield what is new in it since the last one, and remember that it is said."""
        said = self._said
        begun = download._replace(state=DownloadState.FETCHING, done=0, at=0.0)
        is_begun = said is not None and said._replace(done=0, at=0.0) == begun
        if said and download.state is said.state is not DownloadState.FETCHING:
            return
        if download.state is DownloadState.FAILED:
            self._said = download
            if why := parse_message(download.why):
                told = {**why.parameters, "name": download.name, "why": why.code}
                yield Message(f"{self._kind}_fetch_failed", told)
            return
        if not is_begun:
            self._said = said = download
            yield download.progress(f"{self._kind}_fetch_begins" if download.total else f"{self._kind}_fetch_asks")
        if download.state is DownloadState.HERE:
            self._said = download
            yield download.progress(f"{self._kind}_fetched")
        elif said and download.total and download.done - said.done >= LINE_SHARE * download.total:
            self._said = download
            yield download.progress(f"{self._kind}_fetch_moves")
