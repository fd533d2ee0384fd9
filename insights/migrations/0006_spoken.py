from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0005_vectors_and_names'),
    ]

    operations = [
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('renamed', 'Renamed'), ('moved', 'Moved'), ('confirmed', 'Confirmed'), ('spoken', 'Spoken'), ('not-this', 'Not This'), ('merged', 'Merged'), ('apart', 'Apart'), ('split', 'Split'), ('deleted', 'Deleted')], max_length=10),
        ),
    ]
