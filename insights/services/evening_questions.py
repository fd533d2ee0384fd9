"""The question of the night: asked by page or by voice, what was said to it, and what becomes of it in the morning.

A page says which change of which question it shows (`EveningQuestion.shown`), so that of
two pages one alone changes it.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from capture.core.nights import clock_at, coming_evening, evening_of, noon_after
from capture.models import Memo, User
from insights.core.directives.evening_question import QuestionSpan, match_evening_question
from insights.core.errors import CodedError
from insights.models import AllKnown, EveningQuestion, Idea, IdeaQuerySet, NoQuestion
from transcription.core.warnings.marks import hidden_words
from transcription.models import Transcript
from transcription.services.vocabulary import lock_user

QUESTION_CHARACTERS = 500
KEPT = ("text", "transcript_id", "text_start", "text_end", "asked_at", "utc_offset", "outcome", "settled_at")
"""What a change changes, and an undoing restores."""
CLOCKS = timedelta(hours=14)
"""How far the clocks of people are apart from the one of the world, at most."""


class QuestionError(CodedError):
    """A question that cannot be asked, settled or undone."""


def tonight(user: User, now: datetime) -> date:
    """Return the day whose evening the night begins in for which a user would ask now."""
    return coming_evening(now.astimezone(ZoneInfo(user.time_zone)), user.night_until)


def question_of(user: User, evening: date) -> EveningQuestion | None:
    """Return the question of a night, or None."""
    return questions_of(user, [evening]).get(evening)


def questions_of(user: User, evenings: Collection[date]) -> dict[date, EveningQuestion]:
    """Return the questions of some nights, by their evenings; of a night without one there is none. One query."""
    return {one.evening: one for one in EveningQuestion.objects.of(user).of_evenings(evenings)}


def ask_question(user: User, text: str, shown: str) -> EveningQuestion | None:
    """Write the question of the coming night; without words there is none. Returns what stands then.

    shown: what the page showed of that night's question, empty for none. Raises QuestionError: too long, or asked on
    another page meanwhile.
    """
    said, now = " ".join(text.split()), timezone.now()
    if len(said) > QUESTION_CHARACTERS:
        raise QuestionError("question_too_long", most=QUESTION_CHARACTERS)
    with transaction.atomic():
        lock_user(user)
        stands = EveningQuestion.objects.filter(user=user, evening=tonight(user, now)).first()
        seen = question_of(user, tonight(user, now))
        if seen is not None and seen.said == said:
            return seen  # it was sent twice
        if shown != (seen.shown if seen else ""):
            raise QuestionError("question_elsewhere")
        if not said:
            raise QuestionError("question_missing")
        asked = stands or EveningQuestion(user=user, evening=tonight(user, now))
        # A new wording of what was asked is asked when it was asked.
        at = seen.asked_at if seen else now
        _write_change(asked, text=said, transcript_id=None, text_start=None, text_end=None, asked_at=at)
    return asked


def spoken_question(transcript: Transcript) -> QuestionSpan | None:
    """Return where a memo asks the question of the night, the same with doubtful words and without them, or None."""
    words = transcript.heard()
    span = match_evening_question(words, transcript.language)
    if span is None or NoQuestion.objects.filter(transcript__memo=transcript.memo_id).exists():
        return None
    doubtful = transcript.doubtful()
    return span if not doubtful or match_evening_question(hidden_words(words, doubtful), transcript.language) else None


def record_spoken_question(transcript: Transcript, span: QuestionSpan) -> None:
    """Write the question that a memo asks, unless another one of its night was asked later. Within a transaction."""
    memo = transcript.memo
    user = memo.user
    lock_user(user)
    clock = clock_at(memo.recorded_at, memo.utc_offset, ZoneInfo(user.time_zone))
    evening = coming_evening(clock, user.night_until)
    stands = EveningQuestion.objects.filter(user=user, evening=evening).first()
    if stands is not None and stands.asked_at > memo.recorded_at:
        return
    if stands is not None and stands.asked_at == memo.recorded_at and stands.transcript_id is None:
        return  # it is heard again, and was changed by hand
    heard = {"text": transcript.text[span.text_start : span.text_end], "transcript_id": transcript.pk, **span._asdict()}
    if stands is not None and stands.transcript is not None and stands.transcript.memo_id == memo.pk:
        EveningQuestion.objects.filter(pk=stands.pk).update(**heard)  # heard again: nobody asked anew
        return
    _write_change(
        stands or EveningQuestion(user=user, evening=evening),
        **heard,
        asked_at=memo.recorded_at,
        utc_offset=memo.utc_offset,
    )


def settle_question(user: User, shown: str, outcome: EveningQuestion.Outcome) -> EveningQuestion:
    """Write what becomes of a question; carried over, it is asked for the coming night as well. Returns it.

    Raises QuestionError: decided on another page, or the coming night has a question of its own.
    """
    with transaction.atomic():
        lock_user(user)
        question = _find_shown(user, shown)
        if question.outcome:
            raise QuestionError("question_elsewhere")
        now = timezone.now()
        if outcome == EveningQuestion.Outcome.CARRIED:
            _carry_over(question, now)
        _write_change(question, outcome=outcome, settled_at=now)
    return question


def _carry_over(question: EveningQuestion, now: datetime) -> None:
    evening = tonight(question.user, now)
    if evening <= question.evening or EveningQuestion.objects.filter(user=question.user, evening=evening).exists():
        raise QuestionError("question_taken")
    carried = EveningQuestion(user=question.user, evening=evening, carried_from=question)
    # By its recording, where it was spoken: with that it goes.
    spoken = {"transcript_id": question.transcript_id, "text_start": question.text_start, "text_end": question.text_end}
    _write_change(carried, text=question.text, asked_at=now, **spoken)


def undo_question(user: User, shown: str) -> None:
    """Undo the last change of a question. What was asked by voice and is undone becomes an idea like any other.

    Raises QuestionError: there is nothing to undo, or something changed since.
    """
    with transaction.atomic():
        lock_user(user)
        question = _find_shown(user, shown)
        former: dict[str, Any] | None = question.former
        spoken = former and former.get("transcript_id")
        if former is None or (spoken and not Transcript.objects.filter(pk=UUID(spoken)).exists()):
            raise QuestionError("question_elsewhere")
        if question.outcome == EveningQuestion.Outcome.CARRIED:
            _take_back_carried(question)
        is_other = question.transcript is not None and former.get("transcript_id") != str(question.transcript_id)
        if question.transcript is not None and is_other and question.carried_from_id is None:
            _let_be_idea(question.transcript)
        if not former:
            question.delete()
            return
        _restore(question, former)


def _take_back_carried(question: EveningQuestion) -> None:
    """Delete the question of the night after, unless it was changed since."""
    carried = question.carried_to.first()
    if carried is not None and (carried.change != 1 or carried.outcome):
        raise QuestionError("question_elsewhere")
    if carried is not None:  # else it was undone by itself
        carried.delete()


def _let_be_idea(transcript: Transcript) -> None:
    """Let what is said in a memo become ideas: the next sweep places them."""
    NoQuestion.objects.get_or_create(transcript=transcript)
    AllKnown.objects.filter(transcript=transcript).delete()
    Transcript.objects.filter(pk=transcript.pk).update(is_placed=False)


def _restore(question: EveningQuestion, former: dict[str, Any]) -> None:
    moments = {name: former[name] and datetime.fromisoformat(former[name]) for name in ("asked_at", "settled_at")}
    key = former["transcript_id"]
    for name, value in {**former, **moments, "transcript_id": key and UUID(key)}.items():
        setattr(question, name, value)
    question.former, question.change = None, question.change + 1
    question.save()


def _find_shown(user: User, shown: str) -> EveningQuestion:
    """Return the question that a page showed. Raises QuestionError where it changed since, or is not there."""
    try:
        question = EveningQuestion.objects.of(user).get(pk=UUID(shown.partition(".")[0]))
    except (ValueError, EveningQuestion.DoesNotExist) as error:
        raise QuestionError("question_elsewhere") from error
    if question.shown != shown:
        raise QuestionError("question_elsewhere")
    return question


def _write_change(question: EveningQuestion, **values: Any) -> None:
    """Write values of a question, and how it was before."""
    is_new = question._state.adding  # noqa: SLF001 - how Django says that there is no row
    if is_new:
        question.former = {}
    else:
        kept = {name: getattr(question, name) for name in KEPT}
        question.former = {name: _as_json(value) for name, value in kept.items()}
        if question.transcript_id is not None:  # its words are those of its recording, and go with it
            question.former["text"] = ""
        question.change += 1
    for name, value in values.items():
        setattr(question, name, value)
    question.save(force_insert=is_new)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def answering_memos(questions: Collection[EveningQuestion]) -> dict[UUID, list[UUID]]:
    """Return, by question, the memos that were recorded from when it was asked until the noon after its night.

    By the clock of the phone that each was spoken to. One query, however many questions; they are one user's.
    """
    asked: dict[date, EveningQuestion] = {question.evening: question for question in questions}
    found: dict[UUID, list[UUID]] = {question.pk: [] for question in questions}
    if not asked:
        return found
    user = next(iter(asked.values())).user
    zone = ZoneInfo(user.time_zone)
    within = Q()
    for question in asked.values():
        end = noon_after(question.evening).replace(tzinfo=zone) + CLOCKS
        within |= Q(recorded_at__gte=question.asked_at, recorded_at__lt=end)
    rows = Memo.objects.of(user).filter(within).order_by("recorded_at").values_list("pk", "recorded_at", "utc_offset")
    for key, recorded_at, offset in rows:
        question_then = asked.get(evening_of(clock_at(recorded_at, offset, zone)))
        if question_then is not None and recorded_at >= question_then.asked_at:
            found[question_then.pk].append(key)
    return found


def answers_to(question: EveningQuestion) -> IdeaQuerySet:
    """Return the ideas that were said to a question, in the order in which they were spoken; not those let go."""
    memos = answering_memos([question])[question.pk]
    return Idea.objects.of(question.user).in_sight().filter(transcript__memo__in=memos).with_memo().in_order()


def answers_to_each(questions: Sequence[EveningQuestion]) -> dict[UUID, list[Idea]]:
    """Return the ideas that were said to each question, by question: a fixed number of queries."""
    memos = answering_memos(questions)
    by_memo = {memo: question for question, among in memos.items() for memo in among}
    found: dict[UUID, list[Idea]] = {question.pk: [] for question in questions}
    if by_memo:
        user = questions[0].user
        for idea in Idea.objects.of(user).in_sight().filter(transcript__memo__in=list(by_memo)).with_memo().in_order():
            found[by_memo[idea.transcript.memo_id]].append(idea)
    return found


def question_answered_by(memo: Memo) -> EveningQuestion | None:
    """Return the question to which a memo was said, or None."""
    evening = evening_of(clock_at(memo.recorded_at, memo.utc_offset, ZoneInfo(memo.user.time_zone)))
    question = question_of(memo.user, evening)
    return question if question is not None and question.asked_at <= memo.recorded_at else None
