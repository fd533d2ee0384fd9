"""Stretches of recordings that people erased: silent at once wherever they are played, and then in the files too.

A playback copy is silenced where it lies, packet by packet: nothing else in it changes, nor does any second move. The
recording as it came is let go of, as an old one is (`maintenance/retention.py`): a phone that sends its bytes again
gets the receipt, and nothing is stored.
"""

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from capture.core.errors import Refusal
from capture.core.silent_packets import silent_packet
from capture.models import ErasedSpan, Memo, UnseenOriginal
from capture.storage import stores
from capture.storage.protocol import Kept, Store, playback_path_of

log = logging.getLogger(__name__)

Packet = tuple[int, int]
"""Where a packet of a playback copy begins, and how many bytes it has."""


class SilencedStore(NamedTuple):
    """A store as erased stretches leave it. packets: those of the one file that is read, in order."""

    behind: Store
    packets: Sequence[Packet]

    def part(self, path: str, span: range) -> Iterator[bytes]:
        """Return some bytes of the file, in pieces."""
        place = span.start
        for piece in self.behind.part(path, span):
            yield _silenced(piece, place, self.packets)
            place += len(piece)

    @contextmanager
    def opened(self, path: str, progress: Callable[[], None]) -> Iterator[BinaryIO]:
        """Open it as a file of this machine, which is gone when it is closed."""
        del progress
        with tempfile.TemporaryFile(dir=settings.HOME) as file:
            for piece in self.part(path, range(self.behind.size(path))):
                file.write(piece)
            file.seek(0)
            yield cast("BinaryIO", file)


def _silenced(piece: bytes, place: int, packets: Iterable[Packet]) -> bytes:
    """Return some bytes of a copy with silence where packets lie. place: at which byte of the copy they begin."""
    found = bytearray(piece)
    for offset, size in packets:
        first, last = max(offset, place), min(offset + size, place + len(piece))
        if first < last:
            found[first - place : last - place] = silent_packet(size)[first - offset : last - offset]
    return bytes(found)


def silence(copy: Kept, spans: Iterable[ErasedSpan]) -> Kept:
    """Return a playback copy in which stretches are silent. Raises FileNotFoundError where one cannot be silenced."""
    packets = list[Packet]()
    for span in spans:
        if span.packets is None:
            raise FileNotFoundError(copy.path)
        packets += [(int(offset), int(size)) for offset, size in span.packets]
    return copy._replace(store=cast("Store", SilencedStore(copy.store, sorted(packets)))) if packets else copy


def erase_span(memo: Memo, start: float, end: float, packets: Sequence[Packet] | None) -> ErasedSpan:
    """Silence a stretch of a recording from now on, and hide the recording as it came; within a transaction.

    packets: of the playback copy, those of the stretch; None where it has none: no sound of it is played any more.
    """
    others = ErasedSpan.objects.filter(memo=memo)
    had_original = memo.original_gone_at is None or others.filter(had_original=True).exists()
    _hide_original(memo)
    # Who sends its bytes from now on gets the receipt, and nothing is stored.
    unseen, _rows = UnseenOriginal.objects.filter(memo=memo).delete()
    return ErasedSpan.objects.create(
        memo=memo,
        start=start,
        end=end,
        packets=None if packets is None else list(packets),
        had_original=had_original,
        was_unseen=bool(unseen),
    )


def restore_span(span: ErasedSpan) -> None:
    """Let a stretch be heard again, within a transaction."""
    memo = span.memo
    span.delete()
    others = ErasedSpan.objects.filter(memo=memo)
    if span.was_unseen and not others.update(was_unseen=True):
        UnseenOriginal.objects.create(memo=memo)
    if span.had_original and not others.exists():
        Memo.objects.filter(pk=memo.pk).update(original_gone_at=None)
    else:
        _hide_original(memo)


def _hide_original(memo: Memo) -> None:
    """Write that the playback copy is all there is, and since when it is as it is."""
    memo.original_gone_at = timezone.now()
    Memo.objects.filter(pk=memo.pk).update(original_gone_at=memo.original_gone_at)


def erase_final_spans() -> int:
    """Remove from the files what nobody can bring back any more; return of how many recordings.

    Whoever is killed at it leaves the rest to the next one: the copy is silenced, then the recording as it came is
    removed, then the rows go.
    """
    memos = Memo.objects.filter(erased_spans__in=ErasedSpan.objects.final()).distinct()
    return sum(map(_erase_from_files, memos))


def _erase_from_files(memo: Memo) -> bool:
    """Return whether no byte is left."""
    final = list(ErasedSpan.objects.final().filter(memo=memo))
    try:
        if any(span.packets is None for span in final):
            stores.remove_recording(memo.path)
        else:
            copy = stores.find_stored(playback_path_of(memo.path))
            stores.replace_playback(memo.path, silence(copy, final).part(range(copy.size)))
            stores.remove_original(memo.path)
        is_gone = not _has_original(memo)
    except (OSError, Refusal) as error:
        log.warning("Sound of memo %s is erased later (%s)", memo.pk, type(error).__name__)
        return False
    if is_gone:
        with transaction.atomic():
            ErasedSpan.objects.filter(memo=memo).update(had_original=False)
            ErasedSpan.objects.filter(pk__in=[span.pk for span in final]).delete()
    return is_gone


def _has_original(memo: Memo) -> bool:
    """Return whether the recording as it came is still there: a store that is away keeps what it was to remove."""
    try:
        stores.find_stored(memo.path)
    except FileNotFoundError:
        return False
    return True
