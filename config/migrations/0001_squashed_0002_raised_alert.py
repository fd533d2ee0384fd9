"""The tables of today at once, for a new database; those of before take the migrations that it replaces."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('config', '0001_initial'),
        ('config', '0002_raised_alert'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RaisedAlert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('about', models.CharField(blank=True, help_text="the id of the device, where it is one device's", max_length=40)),
                ('since', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'kind', 'about'), name='met_trouble'),
                ],
                'db_table': 'config_mettrouble',
            },
        ),
    ]
