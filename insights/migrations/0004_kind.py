from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0003_topics_that_stay'),
    ]

    operations = [
        migrations.AddField(
            model_name='idea',
            name='kind',
            field=models.CharField(choices=[('thought', 'thought'), ('task', 'task'), ('question', 'question')], default='thought', max_length=8),
        ),
    ]
