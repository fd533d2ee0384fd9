"""What a page asks for, found among what is its user's own."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404

from capture.models import AuthedRequest
from insights.models import Topic


def find_own_topic(request: AuthedRequest, asked: object) -> Topic:
    """Return the user's topic of a primary key, however it was sent. Raises Http404."""
    try:
        return get_object_or_404(Topic.objects.of(request.user), pk=asked)
    except ValidationError as error:
        raise Http404 from error
