"""The meditation phone, as a page: black, one touch to start, one to stop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """Show the page. It knows nobody: a phone that was paired holds its token itself, and can only upload."""
    return render(request, "capture/phone.html")
