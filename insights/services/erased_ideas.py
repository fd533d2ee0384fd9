"""One idea erased: gone from sight and from its recording at once, brought back for a while, and then gone for good.

Its words are taken out of all that was heard of its recording (`transcription.services.taking_out`), its stretch of the
sound is silent (`capture.services.erased_sound`). All else of the recording stays, and stays where it was.
"""

from datetime import datetime, timedelta
from math import ceil, floor
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from capture.models import ErasedSpan, Memo, TextBeside, User
from capture.services.erased_sound import Packet, erase_span, restore_span
from capture.services.recordings import find_playback, peaks_of, save_peaks
from insights.models import (
    EDGE_KINDS,
    Author,
    Correction,
    ErasedIdea,
    ErasedIdeaQuerySet,
    Idea,
    Proposal,
    Topic,
)
from insights.services.correction_log import bump_version
from insights.services.idea_edges import IdeaReplaced
from insights.services.idea_spans import word_ends, words_of_idea
from insights.services.topic_names import letters_in, rename_corrected_topics
from transcription.core.decoding.copy_index import CopyIndex, NotOurCopy, read_index
from transcription.core.decoding.peaks import PEAKS_PER_SECOND
from transcription.core.taking_out import QuietSpan, quiet_span, words_within
from transcription.models import Transcript
from transcription.services.taking_out import TakenOut, edited_texts, gap_in, put_back, take_out


class StillHeard(Exception):
    """Its recording is being heard, again perhaps: what comes of that would bring its words back."""


class Loss(NamedTuple):
    """What goes with an idea. is_all: it is all that is said in its recording, which is deleted as a whole then.

    has_original: the recording as it came goes. is_mute: no sound of the recording is left.
    """

    is_all: bool
    has_original: bool
    is_mute: bool


def loss_of(idea: Idea) -> Loss:
    """Return what goes with an idea. Raises StoreUnreachable."""
    words = idea.transcript.heard()
    others = Idea.objects.of(idea.user).filter(transcript__memo=idea.memo).exclude(pk=idea.pk)
    is_all = not others.exists() and words_of_idea(idea, word_ends(words)) == (0, len(words))
    return Loss(is_all, idea.memo.original_gone_at is None, _index_of_copy(idea.memo) is None)


def erase_idea(idea: Idea) -> None:
    """Take an idea out of sight and out of its recording. Raises StillHeard, IdeaReplaced and StoreUnreachable."""
    memo = idea.memo
    index = _index_of_copy(memo)
    with transaction.atomic():
        bump_version(idea.user_id)
        if Transcript.objects.filter(memo=memo, finished_at=None).exists():
            raise StillHeard
        standing = Idea.objects.of(idea.user).filter(pk=idea.pk).with_memo().first()
        if standing is None:
            raise IdeaReplaced
        _forget_edges(memo)
        quiet = _quiet_span(standing)
        span = erase_span(memo, *quiet, None if index is None else packets_within(index, quiet))
        words = _take_away(standing, quiet)
        ErasedIdea.objects.create(idea=standing, span=span, erased_at=timezone.now(), words=words)


def restore_idea(erased: ErasedIdea) -> None:
    """Bring an idea back with its words and its sound. What was erased of its recording after it stays erased."""
    memo = erased.span.memo
    with transaction.atomic():
        bump_version(erased.idea.user_id)
        _forget_edges(memo)
        later = ErasedIdea.objects.filter(span__memo=memo, erased_at__gt=erased.erased_at).order_by("-erased_at")
        others = list(later.select_related("idea__transcript", "span"))
        for one in (*others, erased):
            _bring_back(one)
        for one in reversed(others):
            one.idea.refresh_from_db()
            one.words = _take_away(one.idea, QuietSpan(one.span.start, one.span.end))
            one.save(update_fields=["words"])
        erased.delete()
        restore_span(erased.span)


def users_with_due_ideas(now: datetime) -> list[User]:
    """Return the users of whom ideas are to go for good by now."""
    return list(User.objects.filter(ideas__erased__in=_due(now)).distinct())


def purge_erased_ideas(now: datetime) -> int:
    """Remove for good the ideas that were erased longer ago than the undo time. Returns how many they were."""
    return sum(_purge(erased) for erased in _due(now).select_related("idea", "span__memo"))


def _due(now: datetime) -> ErasedIdeaQuerySet:
    return ErasedIdea.objects.past_undo(now - timedelta(seconds=settings.UNDO_SECONDS))


def _purge(erased: ErasedIdea) -> bool:
    """Delete the rows of an idea, and of those that were kept to bring earlier edges back. Returns whether it did."""
    memo = erased.span.memo
    rename_corrected_topics(erased.idea.transcript_id)
    with transaction.atomic():
        bump_version(erased.idea.user_id)
        if not ErasedIdea.objects.filter(pk=erased.pk).exists():
            return False
        Idea.objects.filter(transcript__memo=memo, is_replaced=True, erased=None).delete()
        TextBeside.objects.filter(memo=memo).delete()
        _forget_names(erased)
        _quieten_peaks(memo, erased.span)
        ErasedSpan.objects.filter(pk=erased.span_id).update(is_final=True)
        erased.idea.delete()
    return True


def _forget_names(erased: ErasedIdea) -> None:
    """Keep no name that the machine made of an idea's words, neither in the log of clicks nor in what it asks."""
    idea = erased.idea
    Proposal.objects.filter(ideas=idea, answer=Proposal.Answer.NONE).delete()
    Proposal.objects.filter(ideas=idea).update(name="")
    of_machine = Topic.objects.filter(user=idea.user, named_by=Author.MACHINE)
    near = Q(ideas__transcript=idea.transcript_id) | Q(corrections__idea=idea) | Q(corrections_from__idea=idea)
    topics = {topic.pk: topic.name for topic in of_machine.filter(near)}
    texts = [idea.text, *(text for out in erased.words.values() for text in edited_texts(out))]
    words = letters_in(" ".join(texts))
    for said in Correction.objects.filter(Q(topic__in=topics) | Q(from_topic__in=topics)):
        if said.topic_id in topics and words & letters_in(said.name):
            said.name = topics[said.topic_id]
        if any(words & letters_in(was.get("name", "")) for was in said.was("Topic").values() if was):
            said.former = None
        said.save(update_fields=["name", "former"])


def packets_within(index: CopyIndex, span: QuietSpan) -> list[Packet]:
    """Return the packets of a playback copy whose middle lies in a span."""
    last = index.packet_at(span.end)
    is_to_the_end = last == len(index.sizes) - 1
    return [(index.offsets[n], index.sizes[n]) for n in range(index.packet_at(span.start), last + is_to_the_end)]


def _index_of_copy(memo: Memo) -> CopyIndex | None:
    """Return where the packets of a memo's playback copy lie; None where there is none. Raises StoreUnreachable."""
    try:
        copy = find_playback(memo)
        return read_index(lambda at, length: b"".join(copy.part(range(at, min(at + length, copy.size)))), copy.size)
    except (FileNotFoundError, NotOurCopy):
        return None


def _forget_edges(memo: Memo) -> None:
    """Let no click be undone that moved edges in a recording: ideas of before would bring words back."""
    moved = Correction.objects.filter(idea__transcript__memo=memo, kind__in=EDGE_KINDS)
    Correction.objects.filter(batch__in=list(moved.values_list("batch", flat=True))).update(former=None)


def _quiet_span(idea: Idea) -> QuietSpan:
    words = idea.transcript.heard()
    here = words_of_idea(idea, word_ends(words))
    return quiet_span(words, *here) if here.first < here.end else QuietSpan(idea.audio_start, idea.audio_end)


def _take_away(idea: Idea, span: QuietSpan) -> dict[str, TakenOut]:
    """Hide an idea, and take what is said in its span out of all that was heard, but for what other ideas hold.

    Returns what was taken out, by the keys of transcripts.
    """
    taken = {}
    Idea.objects.filter(pk=idea.pk).update(is_replaced=True)
    for transcript in Transcript.objects.filter(memo=idea.memo).exclude(words=[]):
        words = transcript.heard()
        ends = word_ends(words)
        ranges = {other: words_of_idea(other, ends) for other in _standing_in(transcript)}
        kept = {number for there in ranges.values() for number in range(*there)}
        is_own = transcript.pk == idea.transcript_id
        gone = set(range(*words_of_idea(idea, ends))) if is_own else words_within(words, span, kept)
        if gone:
            out = taken[str(transcript.pk)] = take_out(transcript, gone)
            gap = gap_in(out)
            _move_texts({other: -gap.characters_before(there.first) for other, there in ranges.items()})
    return taken


def _bring_back(erased: ErasedIdea) -> None:
    """Undo `_take_away`."""
    for key, out in erased.words.items():
        transcript = Transcript.objects.get(pk=key)
        gap, ends = gap_in(out), word_ends(transcript.heard())
        ranges = {other: words_of_idea(other, ends) for other in _standing_in(transcript)}
        put_back(transcript, out)
        befores = {other: gap.number_before(there.first) for other, there in ranges.items()}
        _move_texts({other: gap.characters_before(first) for other, first in befores.items()})
    Idea.objects.filter(pk=erased.idea_id).update(is_replaced=False)


def _standing_in(transcript: Transcript) -> list[Idea]:
    return list(Idea.objects.filter(transcript=transcript).unreplaced().without_vectors())


def _move_texts(moves: dict[Idea, int]) -> None:
    """Let ideas have their characters so many further on in their transcript, where other words left or came back."""
    for idea, by in moves.items():
        idea.text_start, idea.text_end = idea.text_start + by, idea.text_end + by
    Idea.objects.bulk_update(moves, ["text_start", "text_end"])


def _quieten_peaks(memo: Memo, span: ErasedSpan) -> None:
    levels = bytearray(peaks_of(memo))
    first, last = floor(span.start * PEAKS_PER_SECOND), min(ceil(span.end * PEAKS_PER_SECOND), len(levels))
    if first < last:
        levels[first:last] = bytes(last - first)
        save_peaks(memo, bytes(levels))
