"""What hinders the service, for the pages of any room."""

from typing import Any

from django import template
from django.utils import timezone

from config.ops.alert_text import alert_text
from config.ops.alerts import user_alerts

register = template.Library()


@register.inclusion_tag("alerts.html", takes_context=True, name="alerts")
def render_alerts(context: dict[str, Any], *, says_none: bool = False) -> dict[str, Any]:
    """Show one calm sentence for each alert of the user who is logged in. says_none: and one where there is none."""
    alerts = [(alert.code, alert_text(alert)) for alert in user_alerts(context["request"].user, timezone.now())]
    return {"alerts": alerts, "says_none": says_none}
