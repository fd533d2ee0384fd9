"""A recording may be heard again in another language. SQLite remakes the table for that: its trigger is laid anew."""

from importlib import import_module

from django.db import migrations, models

verbatim = import_module("transcription.migrations.0004_verbatim")


class Migration(migrations.Migration):

    dependencies = [("transcription", "0005_error_codes")]

    operations = [
        migrations.RunPython(verbatim.lift, verbatim.lay, elidable=False),
        migrations.AddField(
            model_name="transcript",
            name="asked_language",
            field=models.CharField(
                blank=True,
                default="",
                help_text="the language that a person asked for, if it was heard as another",
                max_length=3,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(verbatim.lay, verbatim.lift, elidable=False),
    ]
