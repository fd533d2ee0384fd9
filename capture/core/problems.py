"""The table of problems: a code for programs, and a sentence for people, which is made where it is shown.

Codes are stable, and are stored with the values that their sentences name. docs/errors.md says the same (a test).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

Values = Mapping[str, int | str]
"""What the sentence of a problem names, by the name of its place: numbers and names, as JSON keeps them."""


class StoredProblem(NamedTuple):
    """A problem as the database keeps it. code: of PROBLEMS or FILE_PROBLEMS, or "" where there is none."""

    code: str = ""
    values: Values = {}

    def columns(self) -> dict[str, object]:
        """Return what a row keeps of it, by column."""
        return {"problem": self.code, "problem_values": dict(self.values)}


NO_PROBLEM = StoredProblem()


class ProblemKind(NamedTuple):
    """What a refused request is answered with, and what that means.

    status: of HTTP. title: a sentence with places for values. retry_after: seconds, where they are always the same.
    """

    status: int
    title: str
    meaning: str
    retry_after: int | None = None


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


PROBLEMS = {
    "bad-form": ProblemKind(
        400,
        _("The form could not be read to its end. Send it again."),
        _("The form broke off, or cannot be read to its end. Send it again."),
    ),
    "bad-date": ProblemKind(
        400,
        _("The date is not readable: write it as in 2026-11-24T03:12:00+01:00, or leave it out."),
        _("The date is not written as in 2026-11-24T03:12:00+01:00. Write it so, or leave it out."),
    ),
    "bad-digest": ProblemKind(
        400,
        _("The digest is not readable: send Repr-Digest as sha-256=:base64:, or sha256 in hex."),
        _("The digest is none. Write Repr-Digest as sha-256=:base64: and sha256 in hex, or leave them out."),
    ),
    "bad-context": ProblemKind(
        400,
        _("The context must be night, walk, sit or question, or be left out."),
        _("The context is none of night, walk, sit and question. Send one of these, or leave it out."),
    ),
    "bad-id": ProblemKind(
        400,
        _("An id is 1 to 128 letters, digits, dots, dashes, underscores or tildes, and not “.” or “..”."),
        _("The id is not made of 1 to 128 letters, digits, dots, dashes, underscores or tildes, or is “.” or “..”."),
    ),
    "empty": ProblemKind(400, _("The recording is empty."), _("The recording has no bytes.")),
    "incomplete": ProblemKind(
        400,
        _("Only {got} of the {announced} bytes that were announced arrived. Send it again."),
        _("The connection ended before all the bytes that were announced had come. Send it again."),
    ),
    "many-recordings": ProblemKind(
        400,
        _("Send one recording a request: each has a receipt of its own."),
        _("The form holds more than one recording. Send one a request: each has a receipt of its own."),
    ),
    "no-audio": ProblemKind(
        400,
        _("Send the recording as a file in the form field `audio`."),
        _("The form has no file in its field “audio”."),
    ),
    "too-many-files": ProblemKind(
        400,
        _("At most {limit:,} recordings are taken at once. Send fewer at a time."),
        _("The form holds more recordings than are taken at once. Send fewer at a time."),
    ),
    "bad-checksum": ProblemKind(
        400,
        _("Upload-Checksum is not readable: send {algorithms}, a space and base64."),
        _("The header Upload-Checksum is not readable. Write sha256 or sha1, a space, and base64."),
    ),
    "bad-metadata": ProblemKind(
        400,
        _("Upload-Metadata is not readable: send pairs of a key and a base64 value, each key once."),
        _("The header Upload-Metadata is not readable. Write pairs of a key and a base64 value."),
    ),
    "bad-name": ProblemKind(
        400, _("A device's name has 1 to {longest} characters."), _("The name is empty, or too long. Give another.")
    ),
    "bad-program-name": ProblemKind(
        400, _("A program's name has 1 to {longest} characters."), _("The name is empty, or too long. Give another.")
    ),
    "bad-cursor": ProblemKind(
        400,
        _("This cursor is none of yours here. Begin without one."),
        _("The cursor was made for another list or another person, or was changed on the way. Begin without one."),
    ),
    "bad-number": ProblemKind(
        400,
        _("Send a number of bytes in the header {header}."),
        _("A header that takes a number of bytes has none, or none that can be."),
    ),
    "ends-before-it-starts": ProblemKind(
        400,
        _("This sit ends before it starts. Check both times."),
        _("The sit ends before it starts. Send both times anew."),
    ),
    "sit-too-long": ProblemKind(
        400,
        _("This sit lasts longer than a day. Check both times."),
        _("The sit lasts longer than a day. Send both times anew."),
    ),
    "no-folder": ProblemKind(
        400,
        _("There is no such folder on this machine, or the service may not read it."),
        _("There is no folder of that path, or the service may not read it. Name another."),
    ),
    "data-folder": ProblemKind(
        400,
        _("The service's own data lies in this folder or around it. Name another."),
        _("The service's own data lies in this folder or around it. Name another."),
    ),
    "many-files": ProblemKind(
        400,
        _("More than {limit:,} files lie in this folder. Name a smaller one."),
        _("The folder holds more files than one import lists. Name a smaller one."),
    ),
    "no-volume": ProblemKind(
        400,
        _("The system does not say which device this folder is on. Plug it in, mount it, and name a folder on it."),
        _("The folder is on no device that the system knows by a UUID. Name one that is."),
    ),
    "unreadable-file": ProblemKind(
        400,
        _("The file could not be read, or is not there any more."),
        _("The file could not be read, or is not there any more."),
    ),
    "no-such-zone": ProblemKind(
        400,
        _("There is no such time zone. Name it as in Europe/Berlin."),
        _("There is no such time zone. Name it as in Europe/Berlin."),
    ),
    "watched-already": ProblemKind(
        400,
        _("This folder, one in it or one around it is watched already. Name one that is apart."),
        _("This folder, one in it or one around it is watched already. Name one that is apart."),
    ),
    "cannot-seal": ProblemKind(
        400,
        _("This pairing is for recordings that are sealed, and this device cannot seal. Update it, or pair without."),
        _("The pairing code asks for sealed recordings, and the device does not say that it seals. It stays unused."),
    ),
    "sealed-damaged": ProblemKind(
        400,
        _("This sealed recording cannot be opened: it was changed or damaged after it was sealed. Keep it."),
        _("A slice of the sealed recording was changed, damaged or moved. Nothing was stored; keep it."),
    ),
    "sealed-for-another": ProblemKind(
        400,
        _("This recording is sealed for another key than this service has. Keep it until that key is restored."),
        _("The recording is sealed for a key that is not here. Keep it, and restore `sealing_key` of the data folder."),
    ),
    "wrong-digest": ProblemKind(
        400,
        _("The bytes that arrived do not match their digest. Send the recording again."),
        _("The bytes that came are not those that were hashed. Send the recording again."),
    ),
    "unknown-token": ProblemKind(
        401,
        _("This token is not known here. Pair the device again."),
        _("Nobody has this token. Keep the recordings, and pair the device again."),
    ),
    "revoked-token": ProblemKind(
        401,
        _("This device was unpaired. Pair it again to go on."),
        _("The device was unpaired. Keep the recordings, and pair it again."),
    ),
    "unknown-reader": ProblemKind(
        401,
        _("This token is not known here. Make one in Settings, under Programs that read."),
        _("Nobody has this token. Make one in Settings, under Programs that read."),
    ),
    "revoked-reader": ProblemKind(
        401,
        _("This token was revoked. Make another in Settings, under Programs that read."),
        _("The token was revoked, or its account is closed. Make another."),
    ),
    "expired-reader": ProblemKind(
        401,
        _("This token has run out. Make another in Settings, under Programs that read."),
        _("The token was made for a time that is over. Make another."),
    ),
    "closed-to-readers": ProblemKind(
        401,
        _("This is a restored copy: programs read nothing from it until its owner opens that door in Settings."),
        _("In a restored copy programs read nothing until its owner opens that door (Settings, A restored copy)."),
    ),
    "token-reads": ProblemKind(
        403,
        _("This token reads and sends nothing. To send, pair a device."),
        _("A personal token reads and sends nothing. To send, pair a device, and use its token."),
    ),
    "token-sends": ProblemKind(
        403,
        _("A device's token sends, and reads nothing. Make a personal one in Settings, under Programs that read."),
        _("A device's token sends, and reads nothing. Make a personal one in Settings, under Programs that read."),
    ),
    "not-the-owner": ProblemKind(
        403,
        _("Only the owner of this machine names its folders. Your own needs no path."),
        _("Only the owner of the machine names its folders. Your own watched folder needs no path."),
    ),
    "unknown-upload": ProblemKind(
        404,
        _("This device has no upload at this address. Begin a new one."),
        _("This device has no upload at this address. Begin a new one."),
    ),
    "unknown-memo": ProblemKind(
        404,
        _("This device sent nothing under this id. Send the recording."),
        _("This device sent nothing under this id, or its file was lost. Send the recording."),
    ),
    "wrong-offset": ProblemKind(
        409,
        _("The upload is at another offset. Ask for it with HEAD and go on from there."),
        _("The upload is at another offset. Ask for it with HEAD, and go on from there."),
    ),
    "other-bytes": ProblemKind(
        409,
        _("Another recording was sent under this id before. Send this one under an id of its own."),
        _("Another recording came under this id before. Send this one under an id of its own."),
    ),
    "expired-upload": ProblemKind(
        410,
        _("This upload was left alone for too long. Begin a new one."),
        _("The upload was left alone for too long (setting UPLOAD_DAYS). Begin a new one."),
    ),
    "code-expired": ProblemKind(
        410,
        _("This pairing code has run out: it is good for ten minutes. Ask for a new one."),
        _("The pairing code is older than ten minutes. Ask for a new one."),
    ),
    "code-unknown": ProblemKind(
        410,
        _("There is no such pairing code. Compare it with the one on the devices page, sign by sign."),
        _("No pairing code is written so, or it is so old that it is forgotten. Compare it, or ask for a new one."),
    ),
    "code-used": ProblemKind(
        410,
        _("This pairing code was used: each pairs one phone. Ask for a new one."),
        _("The pairing code has paired a device already. Ask for a new one."),
    ),
    "cursor-over": ProblemKind(
        410,
        _("What changed since this cursor is not known any more. Begin without one, and read all anew."),
        _("The service was restored from a backup since. Forget what was read, and begin without a cursor."),
    ),
    "invitation-over": ProblemKind(
        410,
        _("This invitation was used, has run out, or was taken back. Ask for a new one."),
        _("The invitation was used, has run out, or was taken back. Ask for a new one."),
    ),
    "length-required": ProblemKind(
        411,
        _("Say how large the recording is, in a Content-Length header."),
        _("The request does not say how large it is. Send the header Content-Length."),
    ),
    "tus-version": ProblemKind(
        412,
        _("Send Tus-Resumable: 1.0.0; no other version is spoken here."),
        _("The header Tus-Resumable is missing, or names another version than 1.0.0."),
    ),
    "past-the-end": ProblemKind(
        413,
        _("These bytes go beyond the length that was announced for the upload."),
        _("The bytes go beyond the length that was announced for the upload."),
    ),
    "too-large": ProblemKind(
        413,
        _("The recording is larger than the {megabytes:,} MB that are taken here."),
        _("The recording is larger than is taken here (setting MAX_UPLOAD)."),
    ),
    "wrong-type": ProblemKind(
        415,
        _("Send the bytes with Content-Type: {wanted}."),
        _("The bytes of an upload come with Content-Type: application/offset+octet-stream."),
    ),
    "not-audio": ProblemKind(
        415,
        _("This is not a recording that can be read: send ogg, webm, m4a, mp3, flac, wav, aac, caf, amr or aiff."),
        _("These bytes are no recording that can be read: ogg, webm, m4a, mp3, flac, wav, aac, caf, amr, aiff."),
    ),
    "upload-busy": ProblemKind(
        423,
        _("Another request is writing to this upload. Try again in a few seconds."),
        _("Another request is writing to this upload. Try again in a few seconds."),
    ),
    "many-uploads": ProblemKind(
        429,
        _("You have {limit:,} unfinished uploads. Finish or end some of them, then begin this one again."),
        _("So many uploads are not finished that no other is begun. Finish or end some of them."),
        retry_after=60,
    ),
    "too-many-requests": ProblemKind(
        429,
        _("Too many requests came at once. The next one is taken in {seconds} s."),
        _("Too many requests came at once. Go on in as many seconds as the header Retry-After says."),
    ),
    "wrong-checksum": ProblemKind(
        460,
        _("These bytes do not match their checksum. Send them again."),
        _("The bytes do not match their checksum. Send them again."),
    ),
    "sealing-key-unreadable": ProblemKind(
        503,
        _("The service cannot read the key that opens sealed recordings. Keep the recording and send it again later."),
        _("`sealing_key` of the data folder cannot be read. Keep the recording, and restore the key from a backup."),
        retry_after=300,
    ),
    "store-unreachable": ProblemKind(
        503,
        _("The store that keeps recordings does not answer. Keep the recording and send it again later."),
        _("The store of recordings (setting STORAGE_URL) does not answer. Keep the recording; send it again later."),
        retry_after=60,
    ),
    "disk-nearly-full": ProblemKind(
        507,
        _("The server's disk is nearly full. Keep the recording and send it again later."),
        _("The server's disk is nearly full (setting DISK_RESERVE). Keep the recording; send it again later."),
    ),
    "quota": ProblemKind(
        507,
        _("There is no room for it in the {megabytes:,} MB you may keep. Delete some, then send it again."),
        _("It does not fit in what one user may keep (setting QUOTA). Keep it, and delete what is not needed."),
    ),
}
"""Why a request is refused, by code."""

FILE_PROBLEMS = {
    "other": "{text}",
    "folder-away": _("The folder is not there at the moment. It is looked into again as soon as it is."),
    "folder-closed": _("The folder may not be read. Give the service the right to, or stop watching it."),
    "folder-too-full": _(
        "More than {limit:,} files lie in this folder, and only so many are looked at. Move old ones elsewhere."
    ),
    "not-read": _("It could not be read. It is tried again later."),
    "not-moved": _("It is kept, but could not be moved into the folder `done`."),
    "link": _("It is a link. Only files that lie in the folder themselves are taken."),
    "closed": _("It may not be read. Give the service the right to."),
    "deleted-before": _("It was deleted here before, and is left out. To have it back, add it on Today."),
    "still-written": _(
        "Somebody still writes to it, or it ends too early for its kind: it is left out. Once it is whole, import the "
        "folder again."
    ),
    "no-plain-file": _("It is a link, a pipe or a folder that may not be read: only plain files are taken."),
    "bad-file-name": _(
        "Its name is too long, or not written in this system's letters. Rename it, and list the folder again."
    ),
    "broken-disk": _(
        "The disk does not take it: it is broken, or may not be written to. Once it is well, let it go on."
    ),
    "text-not-opened": _("The text beside it is not used (it could not be opened): the recording is heard."),
    "text-too-large": _("The text beside it is not used (it is too large): the recording is heard."),
    "text-without-words": _("The text beside it is not used (there are no words in it): the recording is heard."),
    "text-not-utf8": _("The text beside it is not used (it is not written in UTF-8): the recording is heard."),
    "text-long-runs": _(
        "The text beside it is not used (it holds long runs of nothing or of digits): the recording is heard."
    ),
    "text-no-subtitles": _(
        "The text beside it is not used (it is not written as subtitles are): the recording is heard."
    ),
    "text-not-json": _("The text beside it is not used (it is not JSON): the recording is heard."),
    "text-no-segments": _(
        "The text beside it is not used (it does not hold segments as Whisper writes them): the recording is heard."
    ),
    "text-odd-words": _(
        "The text beside it is not used (its words are not written as Whisper writes them): the recording is heard."
    ),
    "text-no-text": _("The text beside it is not used (it holds no text where text belongs): the recording is heard."),
}
"""What hinders a folder, a file in it or the text beside one, by code. `other` is a sentence of an earlier version."""

PLAYBACK_PROBLEMS = {
    "recording-missing": _("The recording's file is missing."),
    "store-silent": _("The store that keeps recordings does not answer. Try again in a minute."),
}
"""Why a recording is not played, by code. These are never stored, and are told to browsers alone."""

TAKEOUT_PROBLEMS = {
    "export-no-room": _(
        "There is no room for the export: the server's disk is nearly full. Take less along, or ask its owner."
    ),
    "export-broke-off": _("The export broke off several times. Ask for it again."),
    "take-in-no-room": _("There is no room for it: the server's disk is nearly full. Nothing of it was taken in."),
    "take-in-broke-off": _("It broke off before the end. Nothing of it was taken in: try again."),
    "export-damaged": _("This is no export of Stillnote's, or it is damaged. Nothing of it was taken in."),
    "export-newer": _(
        "This export is of a newer Stillnote than this one. Nothing of it was taken in: update this one first."
    ),
    "export-partial": _("Only an export of everything can be taken in. Nothing of this one was."),
    "folder-not-written": _("The folder for Markdown does not exist, or is not the service's to write."),
}
"""Why an export is not made, not taken in, or not kept in a folder, by code: stored with it, and told on its page."""

OTHER_PROBLEMS = FILE_PROBLEMS | PLAYBACK_PROBLEMS | TAKEOUT_PROBLEMS


def problem_sentence(code: str, values: Values, translate: Callable[[str], str] = str) -> str:
    """Return the sentence of a problem, or an unknown code itself. translate: before values are set in.

    Where a value is missing or of another type than the sentence needs, the sentence comes with its places unfilled.
    """
    if code in PROBLEMS:
        sentence = translate(PROBLEMS[code].title)
    elif code in OTHER_PROBLEMS:
        sentence = translate(OTHER_PROBLEMS[code])
    else:
        return code  # "", or one that a later version stored: better seen than a page that fails
    try:
        return sentence.format_map(values)
    except (KeyError, ValueError):  # a row of another version: better seen than a page that fails
        return sentence
