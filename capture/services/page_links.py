"""Links to pages of later rooms, which this one and the next do not know: config says where they are."""

from django.conf import settings
from django.urls import reverse


def page_url(page: str, *args: object) -> str:
    """Return the path of a page. page: a key of settings.PAGE_LINKS; args: what its address names."""
    return reverse(settings.PAGE_LINKS[page], args=args)
