"""The words that the engine is told: what was learned from corrections, and what a person says of that."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from capture.models import AuthedRequest
from transcription.forms import NewWordForm
from transcription.models import Vocabulary
from transcription.services import vocabulary as transcription_vocabulary
from transcription.services.vocabulary import add_vocabulary_word, fitting_words


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_vocabulary(request: AuthedRequest) -> HttpResponse:
    """Show a user's words; on POST add one."""
    form = NewWordForm(request.POST or None)
    if form.is_valid():
        add_vocabulary_word(request.user, form.cleaned_data["word"])
        messages.success(request, _("It is listened for from now on."))
        return redirect("vocabulary")
    words = Vocabulary.objects.of(request.user)
    in_use = list(words.in_use())
    page = {
        "form": form,
        "in_use": in_use,
        "unheard": in_use[len(fitting_words(word.word for word in in_use)) :],
        "not_yet": words.not_yet(),
        "left_out": words.left_out(),
    }
    return render(request, "transcription/vocabulary.html", page)


@login_required
@require_POST
def take_word_out(request: AuthedRequest, word_id: int) -> HttpResponse:
    """Leave a word out, however often it is corrected."""
    return _update_and_return(request, word_id, transcription_vocabulary.exclude_word)


@login_required
@require_POST
def put_word_back(request: AuthedRequest, word_id: int) -> HttpResponse:
    """Use a word that was taken out, or was not corrected often enough yet."""
    return _update_and_return(request, word_id, transcription_vocabulary.include_word)


def _update_and_return(request: AuthedRequest, word_id: int, change: Callable[[Vocabulary], None]) -> HttpResponse:
    change(get_object_or_404(Vocabulary.objects.of(request.user), pk=word_id))
    return redirect("vocabulary")
