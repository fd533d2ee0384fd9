from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('capture', '0003_limits'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='memo',
            index=models.Index(fields=['received_at'], name='memo_received'),
        ),
    ]
