"""One calm sentence for each thing that hinders the service, with what to do."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from capture.templatetags.ago import elapsed
from config.ops.alerts import Alert, AlertCode
from transcription.error_text import sentence_of

GIGABYTE = 1e9


def alert_text(alert: Alert) -> str:
    """Return the sentence of an alert, in the language of whoever reads it."""
    return _TEXTS[alert.code](alert.parameters)


def _model_text(parameters: dict[str, Any]) -> str:
    return sentence_of(parameters["hindrance"])


def _vectors_text(_parameters: dict[str, Any]) -> str:
    return _("The machine at EMBEDDING_URL does not compare ideas: they wait, and `manage.py doctor` says why.")


def _worker_text(parameters: dict[str, Any]) -> str:
    text = _(
        "Recordings have waited for %(time)s and nobody writes them down. They are safe. Start Stillnote anew "
        "(`make stop`, then `make run`); if that does not help, logs/worker.log in the data folder says more."
    )
    return text % {"time": elapsed(parameters["since"], parameters["now"], depth=1)}


def _disk_text(parameters: dict[str, Any]) -> str:
    free, reserve = parameters["free"], parameters["reserve"]
    if free <= reserve:
        text = _("The disk is full but for %(free)s GB: uploads are refused below %(reserve)s GB. Make room.")
    else:
        text = _(
            "The disk is nearly full: %(free)s GB are free, and uploads are refused below %(reserve)s GB. Make room."
        )
    return text % {"free": f"{free / GIGABYTE:.1f}", "reserve": f"{reserve / GIGABYTE:.1f}"}


def _phone_text(parameters: dict[str, Any]) -> str:
    text = _(
        "“%(name)s” has not been heard of for %(time)s, which is unusual. Open Stillnote on it once where it has a "
        "connection; if it is no longer in use, unpair it under Devices."
    ) % {"name": parameters["name"], "time": elapsed(parameters["since"], parameters["now"], depth=1)}
    if held := parameters["held"]:
        holds = ngettext("It held one recording then.", "It held %(held)d recordings then.", held) % {"held": held}
        return f"{text} {holds}"
    return text


def _full_phone_text(parameters: dict[str, Any]) -> str:
    return ngettext(
        "“%(name)s” has hardly any room left, and one recording waits there. Open Stillnote on it once where it has a "
        "connection.",
        "“%(name)s” has hardly any room left, and %(held)d recordings wait there. Open Stillnote on it once where it "
        "has a connection.",
        parameters["held"],
    ) % {"name": parameters["name"], "held": parameters["held"]}


_TEXTS = {
    AlertCode.FETCHING: _model_text,
    AlertCode.MODEL: _model_text,
    AlertCode.VECTORS: _vectors_text,
    AlertCode.WORKER: _worker_text,
    AlertCode.DISK: _disk_text,
    AlertCode.PHONE: _phone_text,
    AlertCode.FULL_PHONE: _full_phone_text,
}
