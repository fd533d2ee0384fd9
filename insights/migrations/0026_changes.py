"""What changed is noted by the database itself, in the transaction that changes it: whoever writes, nothing is missed.

SQLite remakes no table that a trigger of another one names: a later migration of such a table lifts these before (`lift`)
and lays them anew afterwards (`lay`).
"""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def own(kind: str, key: str = "id") -> str:
    return f"SELECT {{row}}.user_id AS user_id, '{kind}', {{row}}.{key}"


IDEAS_OF_TOPIC = "SELECT user_id, 'idea', id FROM insights_idea WHERE topic_id = {row}.id"
IDEAS_OF_TRANSCRIPT = "SELECT user_id, 'idea', id FROM insights_idea WHERE transcript_id = {row}.transcript_id"
MEMO_OF_TRANSCRIPT = "SELECT user_id, 'memo', memo_id FROM transcription_transcript WHERE id = {row}.transcript_id"
IDEAS_OF_MEMO = """SELECT insights_idea.user_id, 'idea', insights_idea.id FROM insights_idea
JOIN transcription_transcript ON transcription_transcript.id = transcript_id WHERE memo_id = {row}.id"""
MEMOS_WITHIN = """SELECT user_id, 'memo', id FROM capture_memo WHERE user_id = {row}.user_id
AND recorded_at BETWEEN {row}.started_at AND COALESCE({row}.ended_at, {late})"""
IDEAS_WITHIN = """SELECT insights_idea.user_id, 'idea', insights_idea.id FROM insights_idea
JOIN transcription_transcript ON transcription_transcript.id = transcript_id
JOIN capture_memo ON capture_memo.id = memo_id WHERE capture_memo.user_id = {row}.user_id
AND recorded_at BETWEEN {row}.started_at AND COALESCE({row}.ended_at, {late})"""
LATE = {"sqlite": "datetime({row}.started_at, '+3 hours')", "postgresql": "{row}.started_at + interval '3 hours'"}
"""Until when a sit lasts whose end was never told."""
WHEN_SPOKEN = ["recorded_at", "utc_offset", "date_assumed", "context_by_hand", "deleted_at"]
ENDED = "('ready', 'no_speech', 'failed', 'quarantined')"


class Rule(NamedTuple):
    """What is noted where a row of a table comes, goes, or changes in one of these columns."""

    table: str
    notes: list[str]
    columns: list[str]
    events: tuple[str, ...] = ("insert", "update", "delete")
    condition: str = ""


ALWAYS = [
    Rule(
        "insights_idea",
        [own("idea")],
        ["topic_id", "kind", "is_replaced", "doubtful", "placed_by", "placed_at", "audio_start", "audio_end"],
    ),
    Rule(
        "insights_topic",
        [own("topic")],
        ["name", "named_by", "sentence", "hidden", "pinned", "merged_into_id", "deleted_at"],
    ),
    Rule("insights_topic", [IDEAS_OF_TOPIC], ["hidden"], ("update",)),
    Rule("insights_reviewstate", [own("idea", "idea_id")], ["decision", "due_at", "done_at"]),
    Rule("capture_memo", [own("memo")], [*WHEN_SPOKEN, "original_gone_at"]),
    Rule("capture_memo", [IDEAS_OF_MEMO], WHEN_SPOKEN, ("update",)),
    Rule("capture_sit", [own("sit"), MEMOS_WITHIN, IDEAS_WITHIN], ["started_at", "ended_at", "kind"]),
    Rule("transcription_edit", [MEMO_OF_TRANSCRIPT, IDEAS_OF_TRANSCRIPT], ["undone_at"]),
    Rule("transcription_transcript", [own("memo", "memo_id")], ["current", "is_placed"], ("insert", "update")),
    Rule(
        "transcription_transcript",
        [own("memo", "memo_id")],
        ["state"],
        ("update",),
        f"OLD.state <> NEW.state AND (OLD.state IN {ENDED} OR NEW.state IN {ENDED})",
    ),
]


class Trigger(NamedTuple):
    name: str
    event: str
    table: str
    condition: str
    body: str


def all_triggers(vendor: str) -> Iterator[Trigger]:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"  # SQLite knows the former since 3.39 alone
    for number, rule in enumerate(ALWAYS):
        changed = rule.condition or " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in rule.columns)
        for event in rule.events:
            yield Trigger(
                f"noted_{number}_{event}",
                f"UPDATE OF {', '.join(rule.columns)}" if event == "update" else event.upper(),
                rule.table,
                f"WHEN ({changed})" if event == "update" else "",
                " ".join(noted(note, event, vendor) for note in rule.notes),
            )
    gone = "DELETE FROM insights_changenote WHERE user_id = OLD.id;"
    yield Trigger("noted_user_delete", "DELETE", "capture_user", "", gone)


def noted(note: str, event: str, vendor: str) -> str:
    row = "OLD" if event == "delete" else "NEW"
    found = note.replace("{late}", LATE[vendor]).format(row=row)
    if event == "delete":  # of somebody whose account goes, nothing is noted
        found = f"SELECT noted.* FROM ({found}) AS noted JOIN capture_user ON capture_user.id = noted.user_id"
    return f"INSERT INTO insights_changenote (user_id, kind, object_id) {found};"


def lay(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for name, event, table, condition, body in all_triggers(vendor):
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
            )
            action = f"EXECUTE FUNCTION {name}()"
        else:
            action = f"BEGIN {body} END"
        schema_editor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {condition} {action}")


def lift(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, _event, table, *_rest in all_triggers(schema_editor.connection.vendor):
        schema_editor.execute(f"DROP TRIGGER {name}" + f" ON {table}" * on_postgresql)
        if on_postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()")


def note_all(apps, schema_editor):
    """Note all that is there: who begins to follow is told of it."""
    for kind, table in (
        ("idea", "insights_idea"),
        ("topic", "insights_topic"),
        ("memo", "capture_memo"),
        ("sit", "capture_sit"),
    ):
        schema_editor.execute(
            f"INSERT INTO insights_changenote (user_id, kind, object_id) SELECT user_id, '{kind}', id FROM {table}"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("capture", "0020_access_tokens"),
        ("insights", "0025_webhooks"),
        ("transcription", "0001_squashed_0008_placed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangeFeed",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("last_number", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ChangeNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("idea", "Idea"), ("topic", "Topic"), ("memo", "Memo"), ("sit", "Sit")], max_length=5
                    ),
                ),
                ("object_id", models.UUIDField()),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("idea", "Idea"), ("topic", "Topic"), ("memo", "Memo"), ("sit", "Sit")], max_length=5
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("number", models.PositiveBigIntegerField()),
                ("first_number", models.PositiveBigIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "object_id"), name="change_object"),
                    models.UniqueConstraint(fields=("user", "number"), name="change_number"),
                ],
            },
        ),
        migrations.RunPython(note_all, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(lay, lift, elidable=False),
    ]
