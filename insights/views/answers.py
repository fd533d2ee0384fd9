"""What a person answers to the machine's questions about topics, and takes back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from capture.models import AuthedRequest
from insights.error_text import describe_problem
from insights.models import Proposal
from insights.services import undo as insights_undo
from insights.services.proposals import answer_proposal
from insights.services.topics import BadName


@login_required
@require_POST
def proposal_answer(request: AuthedRequest, proposal_id: int) -> HttpResponse:
    """Merge or split as it was proposed, or never."""
    proposal = get_object_or_404(Proposal.objects.open(request.user), pk=proposal_id)
    is_wanted = request.POST.get("answer") == Proposal.Answer.YES
    try:
        answer_proposal(proposal, is_wanted=is_wanted, name=request.POST.get("name", ""))
    except BadName as reason:
        messages.error(request, describe_problem(reason.message))
    else:
        messages.success(request, _("Done.") if is_wanted else _("It is not asked again."))
    return redirect("topics")


@login_required
@require_POST
def correction_undo(request: AuthedRequest) -> HttpResponse:
    """Take back what was said last, if it still is what was shown."""
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError as error:
        raise Http404 from error
    if insights_undo.undo_batch(request.user, batch):
        messages.success(request, _("Undone."))
    else:
        messages.error(request, _("You said something else since, or it is undone already."))
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "topics")
