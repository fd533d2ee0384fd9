"""A night, a day or a topic to be listened to: its ideas in order, their voices as one sound that is never stored."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from capture.core.errors import StoreUnreachable
from capture.core.nights import Hours, clock_at, evening_of
from capture.models import Memo, User
from capture.services import recordings
from insights.core.listening.bell import BELL, bell_bytes, bell_index
from insights.core.listening.programme import HeardSpan, Voice, arrange_voices, heard_spans
from insights.models import Idea, IdeaQuerySet, Topic, by_topic
from transcription.core.decoding.copy_index import CopyIndex, NotOurCopy, read_index
from transcription.core.decoding.pauses import find_pauses
from transcription.core.decoding.splice import Spliced, part_of, splice

SOUND_TYPE = "audio/mp4"
MAX_HEARD_IDEAS = 200
"""Of a night; a sound has an end (and two hours at most, see `splice`)."""
TOPIC_IDEAS = 40
"""Of a topic, the last ones."""
A_DAY = timedelta(days=1)


class HeardWord(NamedTuple):
    """A word as it is shown while it is heard. text: with the white space before it. at: second of the sound."""

    text: str
    at: float
    is_doubtful: bool


class HeardIdea(NamedTuple):
    """An idea in its place. span: where it lies in the sound; None: it is not in it."""

    idea: Idea
    span: HeardSpan | None

    def words(self) -> list[HeardWord]:
        """Return its words, as their person has them."""
        doubtful = self.idea.transcript.doubtful()
        return [
            HeardWord(
                piece.text,
                self.span.second_of(piece.start) if self.span else 0.0,
                piece.first in doubtful and not piece.is_changed,
            )
            for piece in self.idea.pieces
        ]


class JoinedSound:
    """Voices and the bell as one file, read from the playback copies whenever a part of it is asked for."""

    def __init__(self, spliced: Spliced, memos: Sequence[Memo]) -> None:
        self._spliced, self._memos = spliced, memos
        self.size = spliced.size
        self.seconds = spliced.seconds

    @property
    def version(self) -> str:
        """Changes whenever a byte of it does."""
        names = [(memo.sha256, memo.original_gone_at) for memo in self._memos]
        return sha256(f"{names} {self._spliced.pieces} ".encode() + self._spliced.head).hexdigest()[:16]

    def part(self, span: range) -> Iterator[bytes]:
        """Yield some of its bytes. Raises FileNotFoundError or StoreUnreachable, where a copy is gone meanwhile."""
        for source, piece in part_of(self._spliced, span):
            if source is None:
                yield self._spliced.head[piece.start : piece.stop]
            elif source == BELL:
                yield bell_bytes()[piece.start : piece.stop]
            else:
                yield from recordings.find_playback(self._memos[source - 1]).part(piece)


class Listening(NamedTuple):
    """What is to be listened to. groups: ideas under their topics. sound: None where nothing can be heard.

    bells: from where to where each rings, in seconds.
    """

    groups: list[tuple[Topic | None, list[HeardIdea]]]
    sound: JoinedSound | None
    bells: list[tuple[float, float]]

    @property
    def heard(self) -> list[HeardIdea]:
        """All ideas, in order."""
        return [idea for _topic, ideas in self.groups for idea in ideas]


def last_evening(user: User) -> date:
    """Return the day on whose evening the night began that ended last: before noon, that of yesterday."""
    return timezone.now().astimezone(ZoneInfo(user.time_zone)).date() - A_DAY


def ideas_of_night(user: User, evening: date, nights: int = 1) -> list[Idea]:
    """Return the ideas of the night that began on an evening, grouped by topic, and of the nights after it.

    Those in hidden topics, those that were let go and old recordings are left out.
    """
    hours, zone = Hours(user.night_from, user.night_until), ZoneInfo(user.time_zone)
    begin = datetime.combine(evening, time(12), tzinfo=zone)
    # Where the phone's clock was another than the user's, by up to half a day.
    around = Memo.objects.filter(
        recorded_at__gte=begin - A_DAY, recorded_at__lt=begin + (nights + 1) * A_DAY, archive=False
    )
    last = evening + (nights - 1) * A_DAY
    found = list[Idea]()
    for idea in _to_be_heard(Idea.objects.of(user).in_sight().filter(transcript__memo__in=around)):
        clock = clock_at(idea.memo.recorded_at, idea.memo.utc_offset, zone)
        if hours.hold(clock) and evening <= evening_of(clock) <= last:
            found.append(idea)
    return found[:MAX_HEARD_IDEAS]


def ideas_of_day(user: User, evening: date) -> list[Idea]:
    """Return the ideas that came in since the noon of a day, and within two, but for those of its nights."""
    zone = ZoneInfo(user.time_zone)
    begin = datetime.combine(evening, time(12), tzinfo=zone)
    until = begin + 2 * A_DAY
    came = Idea.objects.of(user).in_sight().came_in_since(begin).filter(transcript__memo__received_at__lt=until)
    at_night = {idea.pk for idea in ideas_of_night(user, evening, nights=2)}
    return [idea for idea in _to_be_heard(came) if idea.pk not in at_night][:MAX_HEARD_IDEAS]


def ideas_of_topic(topic: Topic) -> list[Idea]:
    """Return the last ideas of a topic, in the order in which they were spoken."""
    newest = Idea.objects.shown().filter(topic=topic).not_let_go().newest_first().with_peaks()[:TOPIC_IDEAS]
    return sorted(newest, key=lambda idea: (idea.memo.recorded_at, idea.audio_start))


def _to_be_heard(ideas: IdeaQuerySet) -> IdeaQuerySet:
    return (
        ideas.with_memo()
        .with_peaks()
        .order_by("topic__name", "transcript__memo__recorded_at", "audio_start", "position")
    )


def listening_of(ideas: Sequence[Idea], *, skips_pauses: bool) -> Listening:
    """Return ideas with their voices joined. ideas: grouped by topic."""
    groups = by_topic(ideas)
    copies = _Copies()
    voices = [
        [(idea, voice) for idea in members if (voice := copies.voice_of(idea, skips_pauses=skips_pauses))]
        for _topic, members in groups
    ]
    programme = arrange_voices([[voice for _idea, voice in group] for group in voices])
    if not programme.voices:
        return Listening([(topic, [HeardIdea(idea, None) for idea in members]) for topic, members in groups], None, [])
    spliced = splice(copies.indexes, programme.cuts)
    keys = [idea.pk for group in voices for idea, _voice in group]
    spans: dict[UUID, HeardSpan | None] = dict(zip(keys, heard_spans(programme, spliced), strict=True))
    heard = [(topic, [HeardIdea(idea, spans.get(idea.pk)) for idea in members]) for topic, members in groups]
    rung = (spliced.laid[cut] for cut in programme.bells if cut < len(spliced.laid))
    bells = [(one.at, one.at + one.end - one.start) for one in rung]
    return Listening(heard, JoinedSound(spliced, copies.memos), bells)


class _Copies:
    """The playback copies that are joined, each of which is read once; the bell is the first of them."""

    def __init__(self) -> None:
        self.indexes = [bell_index()]
        self.memos = list[Memo]()
        self._numbers = dict[UUID, int | None]()

    def voice_of(self, idea: Idea, *, skips_pauses: bool) -> Voice | None:
        """Return an idea's span of its copy; None where there is none that can be joined."""
        source = self._number_of(idea.memo)
        if source is None:
            return None
        pauses = find_pauses(idea.span_peaks, idea.audio_start) if skips_pauses else ()
        return Voice(source, idea.audio_start, max(idea.audio_end, idea.audio_start), pauses)

    def _number_of(self, memo: Memo) -> int | None:
        if memo.pk not in self._numbers:
            index = _index_of_copy(memo)
            self._numbers[memo.pk] = None if index is None else len(self.indexes)
            if index is not None:
                self.indexes.append(index)
                self.memos.append(memo)
        return self._numbers[memo.pk]


def _index_of_copy(memo: Memo) -> CopyIndex | None:
    """Return where the packets of a memo's copy lie, where there is one that can follow the bell."""
    try:
        kept = recordings.find_playback(memo)
        index = read_index(
            lambda place, length: b"".join(kept.part(range(place, min(place + length, kept.size)))), kept.size
        )
    except (FileNotFoundError, StoreUnreachable, NotOurCopy):
        return None
    bell = bell_index()
    return index if (index.rate, index.config) == (bell.rate, bell.config) else None
