"""By what ideas are found: a row an idea, and the database's own full text search, which follows these by itself.

No row is written here, so that this takes no time: those of ideas from before are made in the background. Where SQLite
remakes the table for a later migration, its triggers go: such a migration lays them anew (`lay`).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = (
    """
    CREATE VIRTUAL TABLE insights_searchtext USING fts5(
        tokens, content='insights_searchentry', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER search_text_added AFTER INSERT ON insights_searchentry
    BEGIN INSERT INTO insights_searchtext(rowid, tokens) VALUES (NEW.id, NEW.tokens); END
    """,
    """
    CREATE TRIGGER search_text_removed AFTER DELETE ON insights_searchentry BEGIN
    INSERT INTO insights_searchtext(insights_searchtext, rowid, tokens) VALUES ('delete', OLD.id, OLD.tokens);
    END
    """,
    """
    CREATE TRIGGER search_text_changed AFTER UPDATE OF tokens ON insights_searchentry BEGIN
    INSERT INTO insights_searchtext(insights_searchtext, rowid, tokens) VALUES ('delete', OLD.id, OLD.tokens);
    INSERT INTO insights_searchtext(rowid, tokens) VALUES (NEW.id, NEW.tokens);
    END
    """,
)
SECURE_DELETE = "INSERT INTO insights_searchtext(insights_searchtext, rank) VALUES ('secure-delete', 1)"
SECURE_DELETE_FROM = (3, 42)
POSTGRESQL = (
    """
    ALTER TABLE insights_searchentry
    ADD COLUMN text tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED
    """,
    "CREATE INDEX search_text ON insights_searchentry USING gin (text)",
)


def lay(apps, schema_editor):
    connection = schema_editor.connection
    for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)
    if connection.vendor == "sqlite" and connection.Database.sqlite_version_info >= SECURE_DELETE_FROM:
        schema_editor.execute(SECURE_DELETE)


def lift(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER search_text_{name}")
        schema_editor.execute("DROP TABLE insights_searchtext")
    else:
        schema_editor.execute("ALTER TABLE insights_searchentry DROP COLUMN text")


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0001_squashed_0023_idea_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tokens', models.TextField(help_text='insights.core.search.full_text')),
                ('length', models.PositiveIntegerField(help_text='how many tokens these are')),
                ('tokens_version', models.PositiveSmallIntegerField()),
                ('revision', models.PositiveIntegerField(help_text='how often its transcript had been edited')),
                ('is_edited', models.BooleanField(default=False, help_text='a person has other words than were heard')),
                ('vector', models.BinaryField(default=b'', help_text='of what a person has, where that is not what was heard')),
                ('vector_model', models.CharField(blank=True, max_length=100)),
                ('idea', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_entry', to='insights.idea')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_entries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['tokens_version'], name='search_tokens_version'), models.Index(condition=models.Q(('is_edited', True)), fields=['user'], name='search_edited')],
            },
        ),
        migrations.RunPython(lay, lift, elidable=False),
    ]
