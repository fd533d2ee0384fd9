"""What was heard stays as it was heard, but for words that a person erased: a statement that says so may take them out."""

from importlib import import_module

from django.db import migrations, models

verbatim = import_module("transcription.migrations.0004_verbatim")

IS_REWRITTEN = "OLD.text <> '' AND (NEW.text <> OLD.text OR NEW.words <> OLD.words)"
IS_ERASED = {"sqlite": "NEW.erased_at IS NOT OLD.erased_at", "postgresql": "NEW.erased_at IS DISTINCT FROM OLD.erased_at"}


def lay(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    condition = f"{IS_REWRITTEN} AND NOT ({IS_ERASED[vendor]})"
    statements = (verbatim.FUNCTION, verbatim.POSTGRESQL) if vendor == "postgresql" else (verbatim.SQLITE,)
    for statement in statements:
        schema_editor.execute(statement.replace(IS_REWRITTEN, condition))


class Migration(migrations.Migration):
    dependencies = [("transcription", "0001_squashed_0008_placed")]

    operations = [
        migrations.RunPython(verbatim.lift, verbatim.lay, elidable=False),
        migrations.AddField(
            model_name="transcript",
            name="erased_at",
            field=models.DateTimeField(help_text="when words were last taken out for good, or put back", null=True),
        ),
        migrations.RunPython(lay, verbatim.lift, elidable=False),
    ]
