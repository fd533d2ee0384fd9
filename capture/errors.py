"""Why something was not taken: a stable kind for programs, a sentence for people, and nothing stored."""


class Refusal(Exception):
    """A request that is answered with a problem and leaves nothing behind."""

    def __init__(self, status: int, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.kind = kind
        self.sentence = sentence


def length_missing() -> Refusal:
    """Say that the size must be announced."""
    return Refusal(411, "length-required", "Say how large the recording is, in a Content-Length header.")


def too_large(limit: int) -> Refusal:
    """Say how large a recording may be. limit: bytes."""
    return Refusal(413, "too-large", f"The recording is larger than the {limit / 1e6:,.0f} MB that are taken here.")


def disk_nearly_full() -> Refusal:
    """Say that the server has no room; the phone keeps its copy."""
    return Refusal(
        507, "disk-nearly-full", "The server's disk is nearly full. Keep the recording and send it again later."
    )


def incomplete(got: int, announced: int) -> Refusal:
    """Say that the body ended early. got, announced: bytes."""
    return Refusal(
        400, "incomplete", f"Only {got} of the {announced} bytes that were announced arrived. Send it again."
    )


def empty() -> Refusal:
    """Say that there was nothing in it."""
    return Refusal(400, "empty", "The recording is empty.")


def wrong_digest() -> Refusal:
    """Say that the bytes are not the ones that were hashed."""
    return Refusal(400, "wrong-digest", "The bytes that arrived do not match their digest. Send the recording again.")


def bad_digest() -> Refusal:
    """Say how a digest is written."""
    return Refusal(
        400, "bad-digest", "The digest is not readable: send Repr-Digest as sha-256=:base64:, or sha256 in hex."
    )


def not_audio() -> Refusal:
    """Say what is taken."""
    return Refusal(
        415,
        "not-audio",
        "This is not a recording that can be read: send ogg, webm, m4a, mp3, flac, wav, aac, caf, amr or aiff.",
    )


def bad_date() -> Refusal:
    """Say how a date is written."""
    return Refusal(
        400, "bad-date", "The date is not readable: write it as in 2026-11-24T03:12:00+01:00, or leave it out."
    )


def bad_context() -> Refusal:
    """Say which contexts there are."""
    return Refusal(400, "bad-context", "The context must be night, walk, sit or question, or be left out.")


def bad_id() -> Refusal:
    """Say what an id may look like."""
    return Refusal(400, "bad-id", "An id is 1 to 128 letters, digits, dots, dashes, underscores or tildes.")


def other_bytes() -> Refusal:
    """Say that the id is taken."""
    return Refusal(
        409, "other-bytes", "Another recording was sent under this id before. Send this one under an id of its own."
    )


def bad_form() -> Refusal:
    """Say that a form could not be read, or ended early."""
    return Refusal(400, "bad-form", "The form could not be read to its end. Send it again.")


def no_audio_field() -> Refusal:
    """Say where the recording belongs."""
    return Refusal(400, "no-audio", "Send the recording as a file in the form field `audio`.")


def many_recordings() -> Refusal:
    """Say that each recording has a receipt of its own."""
    return Refusal(400, "many-recordings", "Send one recording a request: each has a receipt of its own.")


def no_such_memo() -> Refusal:
    """Say that this device has no receipt to ask for."""
    return Refusal(404, "unknown-memo", "This device sent nothing under this id. Send the recording.")


def no_such_folder() -> Refusal:
    """Say which folders can be imported."""
    return Refusal(400, "no-such-folder", "There is no such folder on this machine, or the service may not read it.")


def own_folder() -> Refusal:
    """Say that what lies in the data folder is here already."""
    return Refusal(400, "own-folder", "This folder is the service's own. Name the one in which your recordings lie.")


def many_files(limit: int) -> Refusal:
    """Say how many files one import may list."""
    return Refusal(400, "many-files", f"More than {limit:,} files lie in this folder. Name a smaller one.")


def unreadable_file() -> Refusal:
    """Say that a file of this machine could not be read to its end."""
    return Refusal(400, "unreadable-file", "The file could not be read, or is not there any more.")


def no_such_zone() -> Refusal:
    """Say how a time zone is named."""
    return Refusal(400, "no-such-zone", "There is no such time zone. Name it as in Europe/Berlin.")
