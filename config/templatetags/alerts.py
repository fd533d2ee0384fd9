"""What hinders the service, for the pages of any room."""

from typing import Any

from django import template
from django.utils import timezone

from config.ops.alerts import troubles

register = template.Library()


@register.inclusion_tag("troubles.html", takes_context=True)
def quiet_troubles(context: dict[str, Any], *, says_none: bool = False) -> dict[str, Any]:
    """Show one calm sentence for each trouble of the user who is logged in. says_none: and one where there is none."""
    return {"troubles": troubles(context["request"].user, timezone.now()), "says_none": says_none}
