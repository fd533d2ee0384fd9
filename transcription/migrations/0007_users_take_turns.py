"""A transcript names its memo's user, so that the first that is due of each user is found in an index.

SQLite remakes the table for that: its trigger is laid anew.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

verbatim = import_module("transcription.migrations.0004_verbatim")


def copy(apps, schema_editor):
    memo = apps.get_model("capture", "Memo").objects.filter(pk=OuterRef("memo"))
    apps.get_model("transcription", "Transcript").objects.update(user=Subquery(memo.values("user")))


def user(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        db_index=False,
        help_text="the memo's: a copy, for whose turn it is",
        to=settings.AUTH_USER_MODEL,
        **options,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("capture", "0004_memo_received"),
        ("transcription", "0006_asked_language"),
    ]

    operations = [
        migrations.RunPython(verbatim.lift, verbatim.lay, elidable=False),
        migrations.AddField("transcript", "user", user(null=True)),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.AlterField("transcript", "user", user()),
        migrations.AddIndex(
            "transcript",
            models.Index(
                condition=Q(finished_at=None),
                fields=["user", "turn", "received_at", "id"],
                name="transcript_users_turn",
            ),
        ),
        migrations.RunPython(verbatim.lay, verbatim.lift, elidable=False),
    ]
