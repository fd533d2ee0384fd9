"""Sentences about what addresses were told."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from insights.models import WebhookDelivery

PROBLEMS = {
    "no-such-name": gettext_noop("Its name leads nowhere."),
    "private-address": gettext_noop(
        "Its name leads into a network at home, where nothing is sent. The machine's owner can allow it: "
        "WEBHOOK_NETWORKS."
    ),
    "not-encrypted": gettext_noop("It would have to be reached by https."),
    "certificate": gettext_noop("Its certificate is not one that is trusted."),
    "unreachable": gettext_noop("It could not be reached."),
    "late": gettext_noop("It took too long to answer."),
    "broken-off": gettext_noop("The connection broke off."),
}
"""Why a message got no answer, by the code of `core.webhooks.post.NotSent`."""
REDIRECTS = range(300, 400)


def describe_delivery(delivery: WebhookDelivery) -> str:
    """Return in a sentence what came of a message so far."""
    if delivery.state == WebhookDelivery.State.TAKEN:
        return _("It was taken.")
    if not delivery.attempts:
        return (
            _("It is about to be sent.") if delivery.state == WebhookDelivery.State.WAITING else _("It was not sent.")
        )
    ending = _("It is tried again.") if delivery.state == WebhookDelivery.State.WAITING else _("It is left at that.")
    return f"{_describe_problem(delivery)} {ending}"


def _describe_problem(delivery: WebhookDelivery) -> str:
    if delivery.status is None:
        return _(PROBLEMS[delivery.problem])
    if delivery.status in REDIRECTS:
        return _("It answered with another address, which is not followed.")
    return _("It answered %(status)d.") % {"status": delivery.status}
