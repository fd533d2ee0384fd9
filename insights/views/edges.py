"""Which words an idea holds, and what they are: split in two, joined, its edge moved, its words changed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from capture.models import AuthedRequest
from insights.forms import IdeaWordsForm, back_address
from insights.models import Idea
from insights.services.idea_edges import EdgeRefused, IdeaReplaced, join_ideas, move_edge, neighbours_of, part_idea
from insights.services.idea_spans import WordRange, word_ends, words_of_idea
from insights.services.idea_words import edit_idea
from transcription.services.edits import ChangedMeanwhile, standing_keys

NUMBER_DIGITS = 9


class _NoWord(ValueError):
    """The form says no word."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_split(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Ask with which word the second of two ideas begins, and split there."""
    idea = _asked_idea(request, idea_id)
    if request.method == "POST":
        return _change(request, idea, lambda: part_idea(idea, _asked_word(request))[0], _("Split in two."))
    here = words_of_idea(idea, word_ends(idea.transcript.heard()))
    return _ask_word(request, idea, here, here.first, is_split=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_edge(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Ask with which word an idea begins, among its own and those of its neighbour before, and move the edge there."""
    idea = _asked_idea(request, idea_id)
    if request.method == "POST":
        return _change(request, idea, lambda: move_edge(idea, _asked_word(request))[1], _("The edge is moved."))
    before = neighbours_of(idea).before
    if before is None:
        raise Http404
    ends = word_ends(idea.transcript.heard())
    there, here = words_of_idea(before, ends), words_of_idea(idea, ends)
    return _ask_word(request, idea, WordRange(there.first, here.end), here.first)


@login_required
@require_POST
def idea_join(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Join an idea with the one before or after it."""
    idea = _asked_idea(request, idea_id)
    near = neighbours_of(idea)
    other = near.before if request.POST.get("with") == "before" else near.after

    def join() -> Idea:
        if "other" in request.POST and request.POST["other"] != (str(other.pk) if other else ""):
            raise IdeaReplaced  # the neighbour is another than the page showed
        if other is None:
            raise EdgeRefused
        return join_ideas(idea, other)

    return _change(request, idea, join, _("Joined."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def idea_words(request: AuthedRequest, idea_id: UUID) -> HttpResponse:
    """Show an idea's words to be changed beside what was heard; on POST keep what was made of them."""
    idea = _asked_idea(request, idea_id)
    if not idea.transcript.current:
        raise Http404
    form = IdeaWordsForm(request.POST or None, initial=_words_with_base(idea, idea.said))
    page: dict[str, Any] = {"idea": idea, "form": form, "back": back_address(request, idea)}
    page["number"] = int(asked) if (asked := request.GET.get("number", "")).isdigit() and asked.isascii() else None
    if form.is_valid() and not idea.is_replaced:
        try:
            places = edit_idea(idea, form.cleaned_data["text"], by=request.user, seen=form.cleaned_data["seen"])
        except ChangedMeanwhile:
            page["form"] = IdeaWordsForm(initial=_words_with_base(idea, form.cleaned_data["text"]))
            page["is_changed_meanwhile"] = True
        else:
            said = ngettext("Changed in one place.", "Changed in %(n)d places.", places) % {"n": places}
            messages.success(request, said if places else _("Nothing was changed."))
            return redirect(back_address(request, idea))
    elif idea.is_replaced:
        return _tell_replaced(request, idea)
    is_fragment = request.htmx and request.method == "GET"  # type: ignore[attr-defined]
    return render(request, "insights/words_form.html" if is_fragment else "insights/words_page.html", page)


def _words_with_base(idea: Idea, text: str) -> dict[str, str]:
    return {"text": text, "seen": standing_keys(idea.transcript)}


def _asked_idea(request: AuthedRequest, idea_id: UUID) -> Idea:
    """Return an idea of the user's, and one whose words others hold by now: what was sent is told so then."""
    own = Idea.objects.filter(user=request.user, transcript__memo__deleted_at=None)
    return get_object_or_404(own.with_memo().with_peaks(), pk=idea_id)


def _asked_word(request: AuthedRequest) -> int:
    asked = request.POST.get("at", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) <= NUMBER_DIGITS):
        raise _NoWord
    return int(asked)


def _change(request: AuthedRequest, idea: Idea, change: Callable[[], Idea], said: str) -> HttpResponse:
    """Do what was asked for, say that or why not, and go back to where it was asked."""
    if idea.is_replaced:
        return _tell_replaced(request, idea)
    try:
        now = change()
    except IdeaReplaced:
        return _tell_replaced(request, idea)
    except (EdgeRefused, _NoWord):
        messages.error(request, _("Choose a word within it that is not the first. Nothing is changed."))
        return redirect(back_address(request, idea))
    messages.success(request, said)
    return redirect(back_address(request, now))


def _tell_replaced(request: AuthedRequest, idea: Idea) -> HttpResponse:
    messages.error(request, _("It was split, joined or undone in another window meanwhile. Nothing is changed."))
    return redirect(back_address(request, idea))


def _ask_word(
    request: AuthedRequest, idea: Idea, within: WordRange, stands: int, *, is_split: bool = False
) -> HttpResponse:
    pieces = [piece for piece in idea.transcript.pieces() if within.first <= piece.first < within.end]
    page = {
        "idea": idea,
        "back": request.GET.get("back", ""),
        "pieces": [piece for piece in pieces if piece.text.strip()],
        "first": within.first,
        "stands": stands,
        "is_split": is_split,
    }
    is_fragment = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, "insights/edge_form.html" if is_fragment else "insights/edge_page.html", page)
