"""When something came to a topic last, in words."""

from datetime import datetime

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from capture.core.nights import Hours, evening_of
from insights.services.last_night import noon_before

WEEK_DAYS = 7


def describe_newest(spoken: datetime, now: datetime, night: Hours) -> str:
    """Return when a topic's newest idea was spoken. Both by the user's clock; night: when they sleep."""
    days = (now.date() - spoken.date()).days
    if night.hold(spoken) and evening_of(spoken) == noon_before(now).date():
        return _("newest last night")
    if days == 0:
        return _("newest today")
    if days == 1:
        return _("newest yesterday")
    if 0 < days < WEEK_DAYS:
        return _("newest on %(day)s") % {"day": date_format(spoken, "l")}
    day = date_format(spoken, _("j F") if spoken.year == now.year else _("j F Y"))
    return _("newest on %(day)s") % {"day": day}
