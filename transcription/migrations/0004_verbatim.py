"""What was heard stays as it was heard: the database itself refuses to rewrite words.

Where SQLite remakes the table for a later migration, its triggers go: such a migration lays them anew (`lay`).
"""

from django.db import migrations

SAID = "What was heard in a memo is never rewritten."

SQLITE = f"""
CREATE TRIGGER transcript_verbatim BEFORE UPDATE OF text, words ON transcription_transcript
WHEN OLD.text <> '' AND (NEW.text <> OLD.text OR NEW.words <> OLD.words)
BEGIN SELECT RAISE(ABORT, '{SAID}'); END
"""
FUNCTION = f"""
CREATE FUNCTION transcript_verbatim() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE integrity_constraint_violation USING MESSAGE = '{SAID}'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER transcript_verbatim BEFORE UPDATE OF text, words ON transcription_transcript FOR EACH ROW
WHEN (OLD.text <> '' AND (NEW.text <> OLD.text OR NEW.words <> OLD.words))
EXECUTE FUNCTION transcript_verbatim()
"""


def lay(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (FUNCTION, POSTGRESQL) if on_postgresql else (SQLITE,):
        schema_editor.execute(statement)


def lift(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute("DROP TRIGGER transcript_verbatim" + " ON transcription_transcript" * on_postgresql)
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION transcript_verbatim()")


class Migration(migrations.Migration):

    dependencies = [("transcription", "0003_turns")]

    operations = [migrations.RunPython(lay, lift, elidable=False)]
