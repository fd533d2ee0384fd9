"""Links to pages of later rooms, which this one and the next do not know: config says where they are."""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse

NO_KEY = UUID(int=0)
"""What nothing is known by: it stands in addresses until a key is laid in."""


def page_url(page: str, *args: object) -> str:
    """Return the path of a page. page: a key of settings.PAGE_LINKS; args: what its address names."""
    return reverse(settings.PAGE_LINKS[page], args=args)


def key_path(name: str, key: UUID) -> str:
    """Return the path of what a key names, as `reverse` does, which works each of them out from the beginning."""
    return _path_of_none(name, get_script_prefix()).replace(str(NO_KEY), str(key))


@cache
def _path_of_none(name: str, _prefix: str) -> str:
    return reverse(name, args=[NO_KEY])
