import django.utils.timezone
from django.db import migrations, models
from django.db.models import Case, OuterRef, Q, Subquery, Value, When


def copy(apps, schema_editor):
    memo = apps.get_model('capture', 'Memo').objects.filter(pk=OuterRef('memo'))
    apps.get_model('transcription', 'Transcript').objects.update(
        received_at=Subquery(memo.values('received_at')), archive=Subquery(memo.values('archive'))
    )


class Migration(migrations.Migration):

    dependencies = [
        ('capture', '0004_memo_received'),
        ('transcription', '0002_hearing'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='transcript',
            name='transcript_due',
        ),
        migrations.AddField(
            model_name='transcript',
            name='received_at',
            field=models.DateTimeField(default=django.utils.timezone.now, help_text="the memo's: a copy, for the claims' order"),
        ),
        migrations.AddField(
            model_name='transcript',
            name='archive',
            field=models.BooleanField(default=False, help_text='whether it is of an old recording: a copy too'),
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='transcript',
            name='is_long',
            field=models.BooleanField(default=False, help_text='heard in slices: guessed from the bytes until it was decoded'),
        ),
        migrations.AddField(
            model_name='transcript',
            name='turn',
            field=models.GeneratedField(
                db_persist=True,
                expression=Case(When(Q(lost_claims__gte=3), then=Value(4)), default=Value(0))
                + Case(When(Q(archive=True) | Q(again=True), then=Value(2)), default=Value(0))
                + Case(When(Q(is_long=True), then=Value(1)), default=Value(0)),
                help_text='live before imported or heard again, short before long; what has lost many workers goes last',
                output_field=models.SmallIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name='transcript',
            index=models.Index(condition=Q(finished_at=None), fields=['turn', 'received_at', 'id'], name='transcript_turn'),
        ),
    ]
