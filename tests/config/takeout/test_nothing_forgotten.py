"""Whatever the service keeps of a person is in an export, or left out for a reason: who adds a column says which."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from capture.models import User
from config.takeout.core.rows import ROWS
from config.takeout.tables import TABLES
from insights.models import DigestPlan, ReviewPlan

OWNER = "whose it is: of whoever takes it in"
HERE = "of this machine"
ANEW = "made anew"
FORMER = "how things were before: what was said is not undone after it was taken in"
INSIDE = "stands in another row"

SPREAD = {
    "insights.AllKnown": "transcripts: brings_nothing",
    "insights.NoQuestion": "transcripts: asks_nothing",
    "capture.Alias": "memos: aliases",
}
"""Tables of which rows of another one tell."""

ACCOUNT = {
    User: {
        "id": OWNER,
        "password": "how somebody logs in",
        "last_login": HERE,
        "is_superuser": HERE,
        "username": "the other Stillnote has its own",
        "first_name": "unused",
        "last_name": "unused",
        "email": "the other Stillnote has its own",
        "is_staff": HERE,
        "is_active": HERE,
        "date_joined": HERE,
        "trouble_mail": "mails of this machine",
    },
    DigestPlan: {
        "id": OWNER,
        "user": OWNER,
        "enabled": "mails stay off until they are turned on there",
        "since": HERE,
        "unsubscribe_token": HERE,
    },
    ReviewPlan: {"user": OWNER, "rested_before": ANEW},
}
"""Tables of which the one row of `account` tells, and which of their columns it does not."""
RENAMED = {"digest_hour": "hour", "digest_style": "style"}

COLUMNS = {
    "topics": {"user": OWNER},
    "memos": {"user": OWNER, "device": HERE, "path": HERE, "deleted_at": "what was deleted is not in it"},
    "transcripts": {
        "user": OWNER,
        "received_at": INSIDE,
        "archive": INSIDE,
        "erased_at": HERE,
        **dict.fromkeys(("due", "lease", "fence", "lost_claims", "turn", "decoder_deaths"), "of the work on it"),
    },
    "edits": {"id": "nothing names it", "by": OWNER},
    "ideas": {
        "user": OWNER,
        **dict.fromkeys(("vector", "vector_model", "other_vector", "other_model", "arranged"), ANEW),
    },
    "corrections": {"id": "nothing names it", "user": OWNER, "former": FORMER},
    "vocabulary": {"id": "nothing names it", "user": OWNER},
    "sits": {"user": OWNER, "device": HERE},
    "questions": {"user": OWNER, "change": FORMER, "former": FORMER},
    "reviews": {"user": OWNER},
    "decisions": {"id": "nothing names it", "former": FORMER, "batch": FORMER},
    "idea_states": {"user": OWNER},
}
"""Columns of the tables of an export that are not in its rows."""

TABLES_LEFT_OUT = {
    **dict.fromkeys(
        ("capture.Device", "capture.PairingCode", "capture.AccessToken", "capture.MailAddress", "capture.Invitation"),
        "who is let in here",
    ),
    **dict.fromkeys(
        (
            "capture.BrowserSession",
            "sessions.Session",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
            "socialaccount.SocialApp",
            "socialaccount.SocialAccount",
            "socialaccount.SocialToken",
        ),
        "how somebody logs in here",
    ),
    **dict.fromkeys(("auth.Permission", "auth.Group", "auth.Group_permissions"), "Django's own, unused"),
    **dict.fromkeys(("capture.User_groups", "capture.User_user_permissions"), "Django's own, unused"),
    **dict.fromkeys(("contenttypes.ContentType", "admin.LogEntry"), HERE),
    **dict.fromkeys(("capture.Tombstone", "capture.SealedCopy", "capture.UnseenOriginal"), "what phones of here sent"),
    **dict.fromkeys(("capture.Upload", "capture.WatchedFolder", "capture.WatchedFile"), "ways in of this machine"),
    **dict.fromkeys(("capture.Import", "capture.ImportedFile", "capture.ArchivePace"), "ways in of this machine"),
    "capture.TextBeside": "what stands in for hearing: it is in the transcript by then",
    "capture.MemoPeaks": ANEW,
    **dict.fromkeys(("capture.ErasedSpan", "insights.ErasedIdea"), "what was deleted is not in it"),
    "transcription.Slice": "half of a transcript: what is not heard to its end is heard where it is taken to",
    **dict.fromkeys(("insights.Arrangement", "insights.SearchEntry"), ANEW),
    **dict.fromkeys(("insights.Change", "insights.ChangeNote", "insights.ChangeFeed"), "what readers of here know"),
    **dict.fromkeys(("insights.Proposal", "insights.Proposal_ideas"), "asked anew; answers are corrections"),
    "insights.Digest": "mails that were sent from here",
    "insights.ListenFeed": "an address of this machine",
    **dict.fromkeys(("insights.WebhookEndpoint", "insights.WebhookDelivery"), "addresses that this machine tells"),
    "insights.ReviewTurn": "which idea came when in a review that is over",
    **dict.fromkeys(("config.RaisedAlert", "config.KnownBackup"), HERE),
    **dict.fromkeys(("config.Export", "config.TakeIn", "config.MarkdownFolder", "config.Erasure"), "work of here"),
}


def columns(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def left_out_columns() -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield of each table of an export: its name, which columns no row tells, and which of them have a reason."""
    for name, table in TABLES.items():
        yield name, columns(table.model) - ROWS[name].model_fields.keys(), set(COLUMNS[name])
    told = {RENAMED.get(name, name) for name in ROWS["account"].model_fields}
    for model, reasons in ACCOUNT.items():
        yield model._meta.label, columns(model) - told, set(reasons)


def test_each_column_is_told_or_left_out_for_a_reason() -> None:
    for name, left_out, reasoned in left_out_columns():
        assert left_out == reasoned, name


def test_each_table_is_told_or_left_out_for_a_reason() -> None:
    there = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    told = {table.model._meta.label for table in TABLES.values()} | {model._meta.label for model in ACCOUNT}
    assert there == told | SPREAD.keys() | TABLES_LEFT_OUT.keys()
    assert told.isdisjoint(TABLES_LEFT_OUT)


def test_all_else_that_a_row_tells_is_known() -> None:
    beside = {name: ROWS[name].model_fields.keys() - columns(table.model) for name, table in TABLES.items()}
    assert {name: set(fields) for name, fields in beside.items() if fields} == {
        "memos": {"aliases"},
        "transcripts": {"asks_nothing", "brings_nothing"},
        "ideas": {"said"},
    }
