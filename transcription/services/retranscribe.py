"""Transcribe memos again: their words stay until the new ones are there, and both change places at once."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef
from django.utils import timezone

from capture.models import Memo, User
from transcription.core.engines.provided_text import ProvidedText
from transcription.core.messages import Message
from transcription.model_choice.hub import ModelChoice
from transcription.models import Edit, Slice, State, Transcript, TranscriptQuerySet

BATCH_ROWS = 200
"""Rows of one write transaction: it is to end within 50 ms."""

WITHOUT_WORDS = [State.NO_SPEECH, State.FAILED, State.QUARANTINED, State.CANCELLED]
"""How a hearing may end that leaves no words."""
STOPPABLE = [State.WAITING, State.CLAIMED, State.PAUSED]


class UnknownModel(ValueError):
    """A model that is not on this machine; the message says what to do."""

    def __init__(self, name: str) -> None:
        self.message = Message("requested_model_missing", {"name": name})
        super().__init__(str(self.message))


def models_here() -> list[str]:
    """Return the names of the models in the models folder, beside the one of the settings; none with an endpoint."""
    folder = settings.HOME / "models"
    if settings.WHISPER_URL or not folder.is_dir():
        return []
    places = sorted(place for place in folder.iterdir() if ModelChoice(place.name, place.name, place).is_here)
    return [place.name.replace("--", "/") for place in places]


def check_model(name: str) -> str:
    """Return the name of a model that is here; "" stands for the one of the settings. Raises UnknownModel."""
    if name and name not in models_here():
        raise UnknownModel(name)
    return name


def make_current(heard: Transcript) -> None:
    """Make a finished transcript its memo's current one; called in the transaction that finishes it."""
    shown = Transcript.objects.filter(memo=heard.memo_id, current=True).exclude(pk=heard.pk)
    if shown.update(current=False):
        Transcript.objects.filter(pk=heard.pk).update(current=True)


def request_retranscription(memo: Memo, model: str, language: str = "") -> bool:
    """Enqueue a memo to be heard by a model ("": that of the settings). Returns whether it will be.

    language: in which it is spoken, ISO 639-1; "": as its user's settings say.

    Its words stay until there are new ones. Where there are none, it is tried anew, in the order of what is new.
    """
    if _add_generations(Transcript.objects.filter(memo=memo), model, language):
        return True
    with transaction.atomic():
        ended = Transcript.objects.current().filter(memo=memo, state__in=WITHOUT_WORDS)
        again = ended.update(
            state=State.WAITING,
            fence=F("fence") + 1,
            asked_model=model,
            asked_language=language,
            due=timezone.now(),
            lost_claims=0,
            decoder_deaths=0,
            error="",
            finished_at=None,
        )
        Slice.objects.filter(transcript__memo=memo, transcript__current=True, transcript__finished_at=None).delete()
    return bool(again)


def request_retranscriptions(user: User, model: str, *, doubtful_alone: bool) -> int:
    """Enqueue all of a user's memos that have words, or the doubtful ones, to be heard by a model. Returns how many.

    What was given as text is left as it is, what a person corrected too, and what is to be heard again already.
    """
    corrected = Edit.objects.standing().filter(transcript=OuterRef("pk"))
    heard = Transcript.objects.of(user).exclude(engine=ProvidedText.name).exclude(Exists(corrected))
    return _add_generations(heard.doubtful() if doubtful_alone else heard, model)


def cancel_retranscriptions(user: User) -> int:
    """Cancel all of a user's hearings again that are still to be done. Returns how many they were."""
    waiting = Transcript.objects.of(user).filter(current=False, state__in=STOPPABLE)
    found = list(waiting.values_list("pk", flat=True))
    cancelled = {"state": State.CANCELLED, "fence": F("fence") + 1, "lease": None, "finished_at": timezone.now()}
    return sum(
        waiting.filter(pk__in=found[start : start + BATCH_ROWS]).update(**cancelled)
        for start in range(0, len(found), BATCH_ROWS)
    )


def _add_generations(transcripts: TranscriptQuerySet, model: str, language: str = "") -> int:
    """Add a waiting generation beside each of these that is current and has words; one at most for a memo.

    Where only the playback copy is left, the words stay as they are: it holds less than what they were heard from.
    """
    has_words = transcripts.current().ready().filter(memo__original_gone_at=None)
    wanted = has_words.exclude(memo__in=Transcript.objects.waiting_beside().values("memo"))
    memos = list(wanted.order_by("memo__received_at").values_list("memo", flat=True))
    batches = (memos[start : start + BATCH_ROWS] for start in range(0, len(memos), BATCH_ROWS))
    return sum(_add_batch(Transcript.objects.filter(memo__in=batch), model, language) for batch in batches)


def _add_batch(transcripts: TranscriptQuerySet, model: str, language: str) -> int:
    now = timezone.now()
    newest = dict(transcripts.values_list("memo").annotate(Max("generation")).order_by())
    rows = [
        Transcript(
            memo_id=current.memo_id,
            user_id=current.user_id,
            generation=newest[current.memo_id] + 1,
            current=False,
            again=True,
            asked_model=model,
            asked_language=language,
            received_at=current.received_at,
            archive=current.archive,
            is_long=current.is_long,
            due=now,
        )
        for current in transcripts.current().ready().only("memo", "user", "received_at", "archive", "is_long")
    ]
    with transaction.atomic():
        transcripts.filter(current=False, state__in=WITHOUT_WORDS).delete()
        Transcript.objects.bulk_create(rows, ignore_conflicts=True)
    return Transcript.objects.filter(pk__in=[row.pk for row in rows]).count()
