import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0006_spoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='what the part that leaves might be called', max_length=120)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.CharField(blank=True, choices=[('', 'None'), ('yes', 'Yes'), ('never', 'Never')], max_length=5)),
            ],
        ),
        migrations.AddField(
            model_name='correction',
            name='batch',
            field=models.UUIDField(default=uuid.uuid4),
        ),
        migrations.AddField(
            model_name='correction',
            name='former',
            field=models.JSONField(help_text='rows as they were, by table and key (services.undoing); null: it cannot be undone', null=True),
        ),
        migrations.AddField(
            model_name='correction',
            name='undoes',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone', to='insights.correction'),
        ),
        migrations.AddField(
            model_name='topic',
            name='hidden',
            field=models.BooleanField(default=False, help_text='shown only on asking; it gets ideas as before'),
        ),
        migrations.AddField(
            model_name='topic',
            name='pinned',
            field=models.BooleanField(default=False, help_text='stands first'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='from_topic',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='corrections_from', to='insights.topic'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('created', 'Created'), ('renamed', 'Renamed'), ('moved', 'Moved'), ('confirmed', 'Confirmed'), ('spoken', 'Spoken'), ('not-this', 'Not This'), ('merged', 'Merged'), ('apart', 'Apart'), ('whole', 'Whole'), ('split', 'Split'), ('deleted', 'Deleted'), ('hidden', 'Hidden'), ('shown', 'Shown'), ('pinned', 'Pinned'), ('unpinned', 'Unpinned'), ('undone', 'Undone')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['batch'], name='correction_batch'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='ideas',
            field=models.ManyToManyField(help_text='those that would get a topic of their own', related_name='+', to='insights.idea'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='other',
            field=models.ForeignKey(help_text='null: a split is asked', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='topic',
            field=models.ForeignKey(help_text='the older, which would stay', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(fields=('topic', 'other'), name='proposed_merge'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('other', None), models.Q(('answer', 'yes'), _negated=True)), fields=('topic',), name='proposed_split'),
        ),
    ]
