import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0002_all_known'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='topic',
            name='topic_name',
        ),
        migrations.AddField(
            model_name='topic',
            name='deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='topic',
            name='merged_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic'),
        ),
        migrations.AddField(
            model_name='topic',
            name='sentence',
            field=models.CharField(blank=True, help_text='what the person said of it when they made it', max_length=500),
        ),
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('renamed', 'Renamed'), ('moved', 'Moved'), ('confirmed', 'Confirmed'), ('not-this', 'Not This'), ('merged', 'Merged'), ('apart', 'Apart'), ('split', 'Split'), ('deleted', 'Deleted')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(models.F('user'), django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at', None), ('merged_into', None)), name='topic_name'),
        ),
    ]
