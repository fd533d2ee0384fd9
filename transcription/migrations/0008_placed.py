"""A transcript says itself whether ideas were made of its words, so that what waits for that is found in an index.

Which were, insights says of those that are here (insights.migrations.0022_placed). SQLite remakes the table.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

verbatim = import_module("transcription.migrations.0004_verbatim")


class Migration(migrations.Migration):

    dependencies = [("transcription", "0007_users_take_turns")]

    operations = [
        migrations.RunPython(verbatim.lift, verbatim.lay, elidable=False),
        migrations.AddField(
            "transcript",
            "is_placed",
            models.BooleanField(
                default=False,
                help_text="whether its words were looked through for ideas: to ask the ideas would take long",
            ),
        ),
        migrations.AddIndex(
            "transcript",
            models.Index(condition=Q(is_placed=False), fields=["state", "user"], name="transcript_unplaced"),
        ),
        migrations.RunPython(verbatim.lay, verbatim.lift, elidable=False),
    ]
