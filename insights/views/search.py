"""Searching: a plain form, and the same page's part as one types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from capture.models import AuthedRequest
from insights.core.search.query import MAX_CHARACTERS
from insights.search_text import describe_found, filter_menus, page_address, read_filters, read_page, unfiltered_address
from insights.services.picture_rows import set_sizes
from insights.services.search import MeaningState, search_for_page


@login_required
@require_safe
def search_page(request: AuthedRequest) -> HttpResponse:
    """Show what is found, and what is near to it in meaning."""
    asked = request.GET.get("q", "")[:MAX_CHARACTERS]
    page: dict[str, object] = {
        "asked": asked,
        "menus": filter_menus(request.GET, request.user),
        "unfiltered": unfiltered_address(request.GET),
    }
    if asked.strip():
        number = read_page(request.GET)
        results = search_for_page(request.user, asked, read_filters(request.GET, request.user), number)
        # Where none has all the words, all that comes near is one list.
        hits = [hit for hit in results.hits if hit.by_words and not results.is_partial]
        near = [hit for hit in results.hits if hit not in hits]
        set_sizes([hit.idea.topic for hit in (*hits, *near) if hit.idea.topic])
        page |= {
            "hits": hits,
            "near": near,
            "found_said": describe_found(results),
            "more": page_address(request.GET, number + 1) if results.has_more else "",
            "is_behind": results.is_behind,
            "comes_later": results.meaning is MeaningState.LATER and "again" not in request.GET,
        }
    return render(request, "insights/search.html", page)
