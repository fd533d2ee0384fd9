"""Why a step of a resumable upload was not taken."""

from collections.abc import Iterable

from capture.core.errors import Refusal


def other_version() -> Refusal:
    """Say which protocol is spoken."""
    return Refusal(412, "tus-version", "Send Tus-Resumable: 1.0.0; no other version is spoken here.")


def no_number(name: str) -> Refusal:
    """Say which header must hold a number of bytes."""
    return Refusal(400, "bad-number", f"Send a number of bytes in the header {name}.")


def bad_metadata() -> Refusal:
    """Say how metadata is written."""
    return Refusal(
        400, "bad-metadata", "Upload-Metadata is not readable: send pairs of a key and a base64 value, each key once."
    )


def bad_checksum(algorithms: Iterable[str]) -> Refusal:
    """Say how a checksum is written."""
    known = " or ".join(algorithms)
    return Refusal(400, "bad-checksum", f"Upload-Checksum is not readable: send {known}, a space and base64.")


def wrong_checksum() -> Refusal:
    """Say that a body was damaged on its way, and forgotten."""
    return Refusal(460, "wrong-checksum", "These bytes do not match their checksum. Send them again.")


def wrong_type(wanted: str) -> Refusal:
    """Say of what type a body must be."""
    return Refusal(415, "wrong-type", f"Send the bytes with Content-Type: {wanted}.")


def wrong_offset() -> Refusal:
    """Say that the bytes belong elsewhere."""
    return Refusal(409, "wrong-offset", "The upload is at another offset. Ask for it with HEAD and go on from there.")


def past_the_end() -> Refusal:
    """Say that more is sent than was announced."""
    return Refusal(413, "past-the-end", "These bytes go beyond the length that was announced for the upload.")


def busy() -> Refusal:
    """Say that another request is writing."""
    return Refusal(423, "upload-busy", "Another request is writing to this upload. Try again in a few seconds.")


def no_such_upload() -> Refusal:
    """Say that this device has no such upload."""
    return Refusal(404, "unknown-upload", "This device has no upload at this address. Begin a new one.")


def expired() -> Refusal:
    """Say that it was waited for in vain."""
    return Refusal(410, "expired-upload", "This upload was left alone for too long. Begin a new one.")
