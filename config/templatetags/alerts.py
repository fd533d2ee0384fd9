"""What hinders the service, for the pages of any room."""

from typing import Any

from django import template
from django.utils import timezone

from capture.services.doors import closed_doors
from config.forms import browser_languages
from config.ops.alert_text import alert_text
from config.ops.alerts import AlertCode, user_alerts

register = template.Library()


@register.inclusion_tag("alerts.html", takes_context=True, name="alerts")
def render_alerts(context: dict[str, Any], *, says_none: bool = False) -> dict[str, Any]:
    """Show one calm sentence for each alert of the user who is logged in. says_none: and one where there is none.

    While a model is on its way, the page asks again how far that is. Who has not said which languages they speak is
    asked. Whoever owns the machine is told of a restored copy that does nothing outside yet.
    """
    request = context["request"]
    alerts = [(alert, alert_text(alert)) for alert in user_alerts(request.user, timezone.now())]
    return {
        "closed": request.user.is_superuser and closed_doors(),
        "alerts": alerts,
        "says_none": says_none,
        "is_moving": any(alert.code is AlertCode.FETCHING for alert, _ in alerts),
        "address": request.path,
        "asks_languages": not says_none and not request.user.languages,
        "languages": browser_languages(request.headers.get("Accept-Language", "")),
    }
