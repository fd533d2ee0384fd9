from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the codes: PostgreSQL alters no table in the transaction that has just written to it.

    dependencies = [
        ('capture', '0006_problem_codes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='import',
            name='problem',
            field=models.CharField(blank=True, help_text='its code; empty: none', max_length=40),
        ),
        migrations.AlterField(
            model_name='importedfile',
            name='problem',
            field=models.CharField(blank=True, help_text='its code; empty: none', max_length=40),
        ),
        migrations.AlterField(
            model_name='watchedfile',
            name='problem',
            field=models.CharField(blank=True, help_text='its code; empty: none', max_length=40),
        ),
        migrations.AlterField(
            model_name='watchedfolder',
            name='problem',
            field=models.CharField(blank=True, help_text='its code; empty: none', max_length=40),
        ),
    ]
