"""When the question of the night was asked, in words."""

from zoneinfo import ZoneInfo

from django import template
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from capture.core.nights import clock_at
from insights.models import EveningQuestion

register = template.Library()


@register.simple_tag
def when_asked(question: EveningQuestion) -> str:
    """Return when a question was asked, by the clock of there and then, or from which night it was carried over.

    One that was worded anew since is no longer the one that was carried over.
    """
    if question.carried_from is not None and question.said == question.carried_from.said:
        day = date_format(question.carried_from.evening, "l")
        return _("Carried over from %(day)s night") % {"day": day}
    clock = clock_at(question.asked_at, question.utc_offset, ZoneInfo(question.user.time_zone))
    return _("You asked at %(time)s") % {"time": date_format(clock, "G:i")}
