"""Who speaks, with which device, and what they said into it: the tables of audio in."""

from capture.models.doors import MailAddress, Upload, WatchedFile, WatchedFolder
from capture.models.erased_spans import ErasedSpan, ErasedSpanQuerySet
from capture.models.imports import ArchivePace, Import, ImportedFile, TextBeside, resting_user_ids
from capture.models.memos import (
    Alias,
    Memo,
    MemoPeaks,
    MemoQuerySet,
    SealedCopy,
    Sit,
    Source,
    Tombstone,
    UnseenOriginal,
)
from capture.models.people import (
    AccessToken,
    AuthedRequest,
    BrowserSession,
    Context,
    Device,
    Invitation,
    Look,
    PairingCode,
    User,
)

__all__ = [
    "AccessToken",
    "Alias",
    "ArchivePace",
    "AuthedRequest",
    "BrowserSession",
    "Context",
    "Device",
    "ErasedSpan",
    "ErasedSpanQuerySet",
    "Import",
    "ImportedFile",
    "Invitation",
    "Look",
    "MailAddress",
    "Memo",
    "MemoPeaks",
    "MemoQuerySet",
    "PairingCode",
    "SealedCopy",
    "Sit",
    "Source",
    "TextBeside",
    "Tombstone",
    "UnseenOriginal",
    "Upload",
    "User",
    "WatchedFile",
    "WatchedFolder",
    "resting_user_ids",
]
