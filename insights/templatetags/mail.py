"""Whether mails reach anybody."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_mail_kept_here() -> bool:
    """Return whether no mail server is set, so that mails stay files on this machine."""
    return bool(getattr(settings, "EMAIL_FILE_PATH", None))
