"""What hinders the service, for the pages of any room."""

from typing import Any

from django import template
from django.utils import timezone

from config.troubles import troubles

register = template.Library()


@register.inclusion_tag("troubles.html", takes_context=True)
def quiet_troubles(context: dict[str, Any]) -> dict[str, Any]:
    """Show one calm sentence for each trouble of the user who is logged in."""
    return {"troubles": troubles(context["request"].user, timezone.now())}
