import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0001_initial'),
        ('transcription', '0002_hearing'),
    ]

    operations = [
        migrations.CreateModel(
            name='AllKnown',
            fields=[
                ('transcript', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='all_known', serialize=False, to='transcription.transcript')),
            ],
        ),
    ]
