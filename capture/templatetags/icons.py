"""The small drawings beside words: symbols of one file, which a browser fetches once."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

ICONS_FILE = "capture/icons.svg"


@register.simple_tag
@cache
def icon(name: str, css: str = "icon") -> SafeString:
    """Return a drawing of icons.svg, hidden from screen readers: its words stand beside it. css: its classes."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static(ICONS_FILE), name)
