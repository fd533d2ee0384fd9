"""Every kind of problem: its page, and docs/errors.md, which a test compares with this and with the code."""

from django.utils.translation import gettext_noop as _

from capture.core.problems import PROBLEMS, ProblemKind

OWN = {
    "bad-request": ProblemKind(
        400,
        _("The request cannot be read. The API is described at /api/v1/openapi.json."),
        _("The request, or the part of it that the answer names, is missing or cannot be read."),
    ),
    "no-token": ProblemKind(
        401,
        _("Send a token as `Authorization: Bearer …`: a device's, which pairing gives, or a personal one to read."),
        _("The request has no token. Send “Authorization: Bearer” and a device's, or a personal one to read."),
    ),
    "not-found": ProblemKind(
        404,
        _("There is nothing at this address. The API is described at /api/v1/openapi.json."),
        _("There is nothing at this address."),
    ),
    "method-not-allowed": ProblemKind(
        405,
        _("This address does not take that method. The Allow header names those it takes."),
        _("The address does not take this method. The header Allow names those it takes."),
    ),
    "address-too-long": ProblemKind(
        414,
        _("The address of the request is longer than any that is known here."),
        _("The address of the request is longer than any that is known here."),
    ),
    "expectation-failed": ProblemKind(
        417,
        _("The Expect header asks for what is not done here: leave it out."),
        _("The header Expect asks for what is not done here. Leave it out."),
    ),
    "headers-too-large": ProblemKind(
        431,
        _("The headers of the request are larger than any that are needed here."),
        _("The headers of the request are larger than any that are needed here."),
    ),
    "internal-server-error": ProblemKind(
        500,
        _("Something went wrong on the server. Nothing was acknowledged; send it again later."),
        _("Something failed on the server. Keep the recording, and send it again later."),
    ),
    "not-implemented": ProblemKind(
        501,
        _("The body of the request is encoded in a way that is not read here."),
        _("The body of the request is encoded in a way that is not read here."),
    ),
}
"""What is answered without a Refusal, by code: by Django, by the API library, and by the web server."""

UNREADABLE_FIELDS_TITLE = "These parts of the request are missing or cannot be read: {fields}."
"""The title of a `bad-request` that can name the parts."""

KINDS = dict(sorted({**OWN, **PROBLEMS}.items(), key=lambda one: one[1].status))
"""Every kind, by code, in the order of their statuses."""
