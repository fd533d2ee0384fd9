"""Where browsers give a page the microphone: it came by HTTPS, or from the same machine (W3C Secure Contexts, 3.1)."""

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

PLAIN_MARK = "stillnote.plain"
"""Stands in the environment of requests of which the web server knows that they came by plain HTTP from elsewhere."""


def gives_microphone(request: HttpRequest) -> bool:
    """Return whether a page has a microphone where it is asked for. A proxy that says nothing of HTTPS is believed."""
    if request.is_secure():
        return True
    is_here = split_domain_port(request.get_host())[0] in settings.LOOPBACK
    return not request.META.get(PLAIN_MARK) and (is_here or settings.SECURE_COOKIES)
