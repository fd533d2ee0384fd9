"""Why something was not taken: a stable kind for programs, a sentence for people, and nothing stored."""

_PASSING = {429, 503, 507}


class Refusal(Exception):
    """A request that is answered with a problem and leaves nothing behind. retry_after: seconds, where that is known.

    Every kind is explained in config/http/problem_types.py and in docs/errors.md.
    """

    def __init__(self, status: int, kind: str, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.kind = kind
        self.sentence = sentence
        self.retry_after = retry_after

    @property
    def may_pass(self) -> bool:
        """Whether the very same may be taken later: there was no room, no answer, or too much at once."""
        return self.status in _PASSING


class StoreUnreachable(Refusal):
    """The store that keeps recordings outside of this machine does not answer, or not as it should. It may pass."""

    def __init__(self) -> None:
        sentence = "The store that keeps recordings does not answer. Keep the recording and send it again later."
        super().__init__(503, "store-unreachable", sentence, retry_after=60)


def unknown_token() -> Refusal:
    """Say that nobody has this token."""
    return Refusal(401, "unknown-token", "This token is not known here. Pair the device again.")


def revoked_token() -> Refusal:
    """Say that this device may send no more."""
    return Refusal(401, "revoked-token", "This device was unpaired. Pair it again to go on.")


def too_many(seconds: int) -> Refusal:
    """Say when the next request is taken."""
    sentence = f"Too many requests came at once. The next one is taken in {seconds} s."
    return Refusal(429, "too-many-requests", sentence, retry_after=seconds)


def many_uploads(limit: int) -> Refusal:
    """Say that some must be finished first. limit: how many may be open."""
    sentence = f"You have {limit:,} unfinished uploads. Finish or end some of them, then begin this one again."
    return Refusal(429, "many-uploads", sentence, retry_after=60)


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


def quota_reached(quota: int) -> Refusal:
    """Say that this user has no room left. quota: bytes."""
    sentence = f"There is no room for it in the {quota / 1e6:,.0f} MB you may keep. Delete some, then send it again."
    return Refusal(507, "quota", sentence)


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


def ends_before_it_starts() -> Refusal:
    """Say that a sit cannot be."""
    return Refusal(400, "ends-before-it-starts", "This sit ends before it starts. Check both times.")


def bad_name(longest: int) -> Refusal:
    """Say how a device may be called. longest: characters."""
    return Refusal(400, "bad-name", f"A device's name has 1 to {longest} characters.")


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


def too_many_files(limit: int) -> Refusal:
    """Say how many files a form may hold."""
    return Refusal(400, "too-many-files", f"At most {limit:,d} recordings are taken at once. Send fewer at a time.")


def no_audio_field() -> Refusal:
    """Say where the recording belongs."""
    return Refusal(400, "no-audio", "Send the recording as a file in the form field `audio`.")


def many_recordings() -> Refusal:
    """Say that each recording has a receipt of its own."""
    return Refusal(400, "many-recordings", "Send one recording a request: each has a receipt of its own.")


def no_such_memo() -> Refusal:
    """Say that this device has no receipt to ask for."""
    return Refusal(404, "unknown-memo", "This device sent nothing under this id. Send the recording.")


def code_expired() -> Refusal:
    """Say that a pairing code is of no use any more."""
    return Refusal(410, "code-expired", "This pairing code was used or has run out. Ask for a new one.")


def no_folder() -> Refusal:
    """Say that a folder cannot be watched as it is."""
    return Refusal(400, "no-folder", "There is no such folder on this machine, or the service may not read it.")


def data_folder() -> Refusal:
    """Say that the service's own files are not somebody's recordings."""
    return Refusal(400, "data-folder", "The service's own data lies in this folder or around it. Name another.")


def watched_already() -> Refusal:
    """Say that each folder is one person's."""
    return Refusal(
        400, "watched-already", "This folder, one in it or one around it is watched already. Name one that is apart."
    )


def not_the_owner() -> Refusal:
    """Say who may name folders of the machine."""
    return Refusal(403, "not-the-owner", "Only the owner of this machine names its folders. Your own needs no path.")


def many_files(limit: int) -> Refusal:
    """Say how many files one import may list."""
    return Refusal(400, "many-files", f"More than {limit:,} files lie in this folder. Name a smaller one.")


def unreadable_file() -> Refusal:
    """Say that a file of this machine could not be read to its end."""
    return Refusal(400, "unreadable-file", "The file could not be read, or is not there any more.")


def no_such_zone() -> Refusal:
    """Say how a time zone is named."""
    return Refusal(400, "no-such-zone", "There is no such time zone. Name it as in Europe/Berlin.")
