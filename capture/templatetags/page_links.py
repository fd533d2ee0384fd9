"""Links in templates to pages of later rooms."""

from django import template

from capture.services.page_links import page_url

register = template.Library()


@register.simple_tag
def page_link(page: str, *args: object) -> str:
    """Return the path of a page of a later room, as settings.PAGE_LINKS names it."""
    return page_url(page, *args)
