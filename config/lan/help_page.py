"""The page in plain HTTP that says how a phone comes to trust this machine. Its port holds nothing else.

It sets no cookie, asks no session and knows no API: who reads along learns nothing but steps.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation

from config.lan.certificate_files import CertificateFiles, authority_fingerprint
from config.lan.core.certificates import common_name_of
from config.lan.core.local_names import url_host
from config.lan.interfaces import machine_names

CERTIFICATE_TYPE = "application/x-x509-ca-cert"
"""By this phones know that it is an authority that is to be installed."""
CERTIFICATE_PATH = "/stillnote.crt"
STATIC_FILES = ("config/css/", "config/fonts/", "config/icon.svg", "config/help.js")

Answering = Callable[[HttpRequest], HttpResponse]


def answer_help(request: HttpRequest, answer_static: Answering) -> HttpResponse:
    """Answer a request on the port of the help page. answer_static: answers for files that everybody may see."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if request.path_info.startswith(tuple(f"/static/{name}" for name in STATIC_FILES)):
        return answer_static(request)
    if request.path_info == CERTIFICATE_PATH:
        return _authority_answer()
    if request.path_info == "/":
        return _page(request)
    return HttpResponse(status=404, content_type="text/plain")


def _authority_answer() -> HttpResponse:
    authority = CertificateFiles(settings.HOME).authority()
    if authority is None:
        return HttpResponse(status=404, content_type="text/plain")
    written = authority.certificate.public_bytes(Encoding.DER)
    return HttpResponse(written, content_type=CERTIFICATE_TYPE, headers={"Cache-Control": "no-store"})


def _page(request: HttpRequest) -> HttpResponse:
    origins = [f"https://{url_host(host)}:{settings.HTTPS_PORT}" for host in _hosts(request)]
    authority = CertificateFiles(settings.HOME).authority()
    shown = {
        "origins": origins,
        "certificate": CERTIFICATE_PATH,
        "name": common_name_of(authority.certificate) if authority else "",
        "fingerprint": authority_fingerprint(),
        "plain": f"http://{url_host(_requested_host(request) or machine_names().best)}:{settings.HTTPS_PORT}/phone/",
        "port": settings.PORT,
    }
    with translation.override(translation.get_language_from_request(request)):
        answer = render(request, "lan_help.html", shown)
    answer["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'none'",
            "style-src 'self'",
            "font-src 'self'",
            "script-src 'self'",
            f"img-src 'self' {' '.join(origins)}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _hosts(request: HttpRequest) -> list[str]:
    """Return under which names a phone may reach the service by HTTPS, the one first that outlives a new address."""
    names = machine_names(settings.ASKED_HOST)
    of_link = [name for name in names.names if name.endswith(".local")]
    likely = [settings.ASKED_HOST, *of_link, _requested_host(request), names.best]
    return [host for host in dict.fromkeys(likely) if host in names.all()]


def _requested_host(request: HttpRequest) -> str:
    """Return by which name or address of this machine the page was asked for, or "" where it says none of these."""
    try:
        host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    except ValueError:
        return ""
    return host if host in machine_names(settings.ASKED_HOST).all() else ""
