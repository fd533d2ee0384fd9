"""What every kind of problem means: its page, and docs/errors.md, which a test compares with this and with the code."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(NamedTuple):
    """The status a kind comes with; what it means, and what to do."""

    status: int
    meaning: Promise


_BY_STATUS = {
    400: {
        "bad-request": _("The request, or the part of it that the answer names, is missing or cannot be read."),
        "bad-form": _("The form broke off, or cannot be read to its end. Send it again."),
        "bad-date": _("The date is not written as in 2026-11-24T03:12:00+01:00. Write it so, or leave it out."),
        "bad-digest": _(
            "The digest is none. Write Repr-Digest as sha-256=:base64: and sha256 in hex, or leave them out."
        ),
        "bad-context": _("The context is none of night, walk, sit and question. Send one of these, or leave it out."),
        "bad-id": _("The id is not made of 1 to 128 letters, digits, dots, dashes, underscores or tildes."),
        "empty": _("The recording has no bytes."),
        "incomplete": _("The connection ended before all the bytes that were announced had come. Send it again."),
        "many-recordings": _(
            "The form holds more than one recording. Send one a request: each has a receipt of its own."
        ),
        "no-audio": _("The form has no file in its field “audio”."),
        "too-many-files": _("The form holds more recordings than are taken at once. Send fewer at a time."),
        "bad-checksum": _("The header Upload-Checksum is not readable. Write sha256 or sha1, a space, and base64."),
        "bad-metadata": _("The header Upload-Metadata is not readable. Write pairs of a key and a base64 value."),
        "bad-name": _("The name is empty, or too long. Give another."),
        "bad-number": _("A header that takes a number of bytes has none, or none that can be."),
        "ends-before-it-starts": _("The sit ends before it starts. Send both times anew."),
        "no-folder": _("There is no folder of that path, or the service may not read it. Name another."),
        "data-folder": _("The service's own data lies in this folder or around it. Name another."),
        "many-files": _("The folder holds more files than one import lists. Name a smaller one."),
        "unreadable-file": _("The file could not be read, or is not there any more."),
        "no-such-zone": _("There is no such time zone. Name it as in Europe/Berlin."),
        "watched-already": _("This folder, one in it or one around it is watched already. Name one that is apart."),
        "wrong-digest": _("The bytes that came are not those that were hashed. Send the recording again."),
    },
    401: {
        "no-token": _("The request has no token. Pair the device, and send “Authorization: Bearer” and its token."),
        "unknown-token": _("Nobody has this token. Keep the recordings, and pair the device again."),
        "revoked-token": _("The device was unpaired. Keep the recordings, and pair it again."),
    },
    403: {
        "not-the-owner": _("Only the owner of the machine names its folders. Your own watched folder needs no path."),
    },
    404: {
        "unknown-upload": _("This device has no upload at this address. Begin a new one."),
        "not-found": _("There is nothing at this address."),
        "unknown-memo": _("This device sent nothing under this id, or its file was lost. Send the recording."),
    },
    405: {
        "method-not-allowed": _("The address does not take this method. The header Allow names those it takes."),
    },
    409: {
        "wrong-offset": _("The upload is at another offset. Ask for it with HEAD, and go on from there."),
        "other-bytes": _("Another recording came under this id before. Send this one under an id of its own."),
    },
    410: {
        "expired-upload": _("The upload was left alone for too long (setting UPLOAD_DAYS). Begin a new one."),
        "code-expired": _("The pairing code was used, or has run out, or never was. Ask for a new one."),
    },
    411: {
        "length-required": _("The request does not say how large it is. Send the header Content-Length."),
    },
    412: {
        "tus-version": _("The header Tus-Resumable is missing, or names another version than 1.0.0."),
    },
    413: {
        "past-the-end": _("The bytes go beyond the length that was announced for the upload."),
        "too-large": _("The recording is larger than is taken here (setting MAX_UPLOAD)."),
    },
    414: {
        "address-too-long": _("The address of the request is longer than any that is known here."),
    },
    415: {
        "wrong-type": _("The bytes of an upload come with Content-Type: application/offset+octet-stream."),
        "not-audio": _(
            "These bytes are no recording that can be read: ogg, webm, m4a, mp3, flac, wav, aac, caf, amr, aiff."
        ),
    },
    417: {
        "expectation-failed": _("The header Expect asks for what is not done here. Leave it out."),
    },
    423: {
        "upload-busy": _("Another request is writing to this upload. Try again in a few seconds."),
    },
    429: {
        "many-uploads": _("So many uploads are not finished that no other is begun. Finish or end some of them."),
        "too-many-requests": _(
            "Too many requests came at once. Go on in as many seconds as the header Retry-After says."
        ),
    },
    431: {
        "headers-too-large": _("The headers of the request are larger than any that are needed here."),
    },
    460: {
        "wrong-checksum": _("The bytes do not match their checksum. Send them again."),
    },
    500: {
        "internal-server-error": _("Something failed on the server. Keep the recording, and send it again later."),
    },
    501: {
        "not-implemented": _("The body of the request is encoded in a way that is not read here."),
    },
    503: {
        "store-unreachable": _(
            "The store of recordings (setting STORAGE_URL) does not answer. Keep the recording; send it again later."
        ),
    },
    507: {
        "disk-nearly-full": _(
            "The server's disk is nearly full (setting DISK_RESERVE). Keep the recording; send it again later."
        ),
        "quota": _(
            "It does not fit in what one user may keep (setting QUOTA). Keep it, and delete what is not needed."
        ),
    },
}
KINDS = {kind: Kind(status, meaning) for status, kinds in _BY_STATUS.items() for kind, meaning in kinds.items()}
