"""How long ago something was, as people say it."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def ago(then: datetime) -> str:
    """Return how long ago it was; what is younger than a minute, or of a clock that runs ahead, is not counted."""
    now = timezone.now()
    if now - then < timedelta(minutes=1):
        return _("less than a minute ago")
    return _("%(time)s ago") % {"time": timesince(then, now)}
