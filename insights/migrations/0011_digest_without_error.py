from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the codes: PostgreSQL alters no table in the transaction that has just written to it.

    dependencies = [
        ('insights', '0010_digest_problem'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='digest',
            name='error',
        ),
        # Its help text names a module that was renamed; nothing is altered in the database.
        migrations.AlterField(
            model_name='correction',
            name='former',
            field=models.JSONField(
                help_text='rows as they were, by table and key (services.undo); null: it cannot be undone', null=True
            ),
        ),
    ]
