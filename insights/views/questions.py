"""The question of the night: asked in the evening, settled in the morning, and those of before."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from capture.models import AuthedRequest
from insights.error_text import describe_problem
from insights.models import EveningQuestion
from insights.services.evening_questions import (
    QUESTION_CHARACTERS,
    QuestionError,
    answers_to_each,
    ask_question,
    question_of,
    settle_question,
    tonight,
    undo_question,
)

QUESTIONS_SHOWN = 20
"""Questions on one page of those that were asked."""


@login_required
@require_safe
def questions_page(request: AuthedRequest) -> HttpResponse:
    """Ask for the question of the coming night, and show those of the nights before with what was said to them."""
    return _show_questions(request)


def _show_questions(request: AuthedRequest, typed: str = "") -> HttpResponse:
    """Show the page of questions. typed: what somebody wrote that could not be asked: it stays to be sent again."""
    evening = tonight(request.user, timezone.now())
    before = EveningQuestion.objects.of(request.user).filter(evening__lt=evening).newest_first()
    shown = Paginator(before, QUESTIONS_SHOWN).get_page(request.GET.get("page"))
    answers = answers_to_each(list(shown))
    page = {
        "question": question_of(request.user, evening),
        "typed": typed,
        "longest": QUESTION_CHARACTERS,
        "asked": [(question, answers[question.pk]) for question in shown],
        "pages": shown,
    }
    return render(request, "insights/questions.html", page)


@login_required
@require_POST
def question_ask(request: AuthedRequest) -> HttpResponse:
    """Ask the question of the coming night, or word it anew."""
    typed = request.POST.get("question", "")
    try:
        ask_question(request.user, typed, request.POST.get("shown", ""))
    except QuestionError as reason:
        messages.error(request, describe_problem(reason.message))
        return _show_questions(request, typed) if typed.strip() else _go_back(request)
    return _go_back(request)


@login_required
@require_POST
def question_settle(request: AuthedRequest) -> HttpResponse:
    """Record whether a question is answered or carried over."""
    try:
        outcome = EveningQuestion.Outcome(request.POST.get("outcome", ""))
    except ValueError:
        messages.error(request, _("Choose whether it is answered or carried over."))
        return _go_back(request)
    try:
        settle_question(request.user, request.POST.get("shown", ""), outcome)
    except QuestionError as reason:
        messages.error(request, describe_problem(reason.message))
    return _go_back(request)


@login_required
@require_POST
def question_undo(request: AuthedRequest) -> HttpResponse:
    """Take back what was changed last of a question."""
    try:
        undo_question(request.user, request.POST.get("shown", ""))
    except QuestionError as reason:
        messages.error(request, describe_problem(reason.message))
    else:
        messages.success(request, _("It is as it was before."))
    return _go_back(request)


def _go_back(request: AuthedRequest) -> HttpResponse:
    return redirect("today" if "today" in request.POST else "questions")
