"""The tables of today at once, for a new database; those of before take the migrations that it replaces."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, Q, Value, When

verbatim = import_module("transcription.migrations.0004_verbatim")


class Migration(migrations.Migration):

    replaces = [
        ('transcription', '0001_initial'),
        ('transcription', '0002_hearing'),
        ('transcription', '0003_turns'),
        ('transcription', '0004_verbatim'),
        ('transcription', '0005_error_codes'),
        ('transcription', '0006_asked_language'),
        ('transcription', '0007_users_take_turns'),
        ('transcription', '0008_placed'),
    ]

    initial = True

    dependencies = [
        ('capture', '0004_memo_received'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Transcript',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('generation', models.PositiveSmallIntegerField(default=1)),
                ('current', models.BooleanField(default=True)),
                ('is_long', models.BooleanField(default=False, help_text='heard in slices: guessed from the bytes until it was decoded')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('claimed', 'Claimed'), ('paused', 'Paused'), ('cancelled', 'Cancelled'), ('ready', 'Ready'), ('no_speech', 'No Speech'), ('failed', 'Failed'), ('quarantined', 'Quarantined')], default='waiting', max_length=12)),
                ('due', models.DateTimeField()),
                ('lease', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('lost_claims', models.PositiveSmallIntegerField(default=0, help_text='claims that ended without a result or progress')),
                ('decoder_deaths', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True, help_text='why it failed or is tried again: a code with parameters')),
                ('engine', models.CharField(blank=True, max_length=40)),
                ('model', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('text', models.TextField(blank=True)),
                ('words', models.JSONField(default=list, help_text='[[text, start, end, probability], ...]')),
                ('warnings', models.JSONField(default=list)),
                ('audio_seconds', models.FloatField(help_text='how much of it could be read', null=True)),
                ('compute_seconds', models.FloatField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('memo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transcripts', to='capture.memo')),
                ('again', models.BooleanField(default=False, help_text='another hearing of a memo that has words: it goes with the backlog')),
                ('asked_model', models.CharField(blank=True, help_text='the model that a person asked for, if another', max_length=200)),
                ('container_seconds', models.FloatField(help_text='how long the recording says it is, if it does', null=True)),
                ('window', models.CharField(blank=True, help_text='short, full or slices', max_length=6)),
                ('without_vad', models.BooleanField(default=False, help_text='a person asked to hear it all, pauses included')),
                ('is_doubtful', models.BooleanField(default=False, help_text='it has warnings, or its words are unsure on the whole (core.warnings.spans)')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, help_text="the memo's: a copy, for the claims' order")),
                ('archive', models.BooleanField(default=False, help_text='whether it is of an old recording: a copy too')),
                ('turn', models.GeneratedField(
                    db_persist=True,
                    expression=Case(When(Q(lost_claims__gte=3), then=Value(4)), default=Value(0))
                    + Case(When(Q(archive=True) | Q(again=True), then=Value(2)), default=Value(0))
                    + Case(When(Q(is_long=True), then=Value(1)), default=Value(0)),
                    help_text='live before imported or heard again, short before long; what has lost many workers goes last',
                    output_field=models.SmallIntegerField(),
                )),
                ('asked_language', models.CharField(blank=True, help_text='the language that a person asked for, if it was heard as another', max_length=3)),
                ('user', models.ForeignKey(db_index=False, help_text="the memo's: a copy, for whose turn it is", on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_placed', models.BooleanField(default=False, help_text='whether its words were looked through for ideas: to ask the ideas would take long')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['state', 'current', 'memo'], name='transcript_state'),
                    models.Index(models.OrderBy(models.F('finished_at'), descending=True), condition=models.Q(('audio_seconds__gt', 0), ('compute_seconds__gt', 0)), name='transcript_measured'),
                    models.Index(condition=models.Q(('current', True), ('is_doubtful', True)), fields=['memo'], name='transcript_doubtful'),
                    models.Index(condition=models.Q(('finished_at', None)), fields=['turn', 'received_at', 'id'], name='transcript_turn'),
                    models.Index(condition=models.Q(('finished_at', None)), fields=['user', 'turn', 'received_at', 'id'], name='transcript_users_turn'),
                    models.Index(condition=models.Q(('is_placed', False)), fields=['state', 'user'], name='transcript_unplaced'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('memo', 'generation'), name='transcript_generation'),
                    models.UniqueConstraint(condition=models.Q(('current', True)), fields=('memo',), name='transcript_current'),
                    models.UniqueConstraint(condition=models.Q(('current', False), ('finished_at', None)), fields=('memo',), name='transcript_again'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Edit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.PositiveIntegerField()),
                ('last', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('batch', models.UUIDField(default=uuid.uuid4)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('undone_at', models.DateTimeField(null=True)),
                ('taught', models.CharField(blank=True, help_text='the word of the vocabulary that it was counted for', max_length=100)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to=settings.AUTH_USER_MODEL)),
                ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='edits', to='transcription.transcript')),
            ],
            options={
                'ordering': ['made_at', 'pk'],
                'indexes': [
                    models.Index(fields=['batch'], name='edit_batch'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Slice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('start', models.FloatField(help_text='seconds from the beginning of the audio')),
                ('end', models.FloatField()),
                ('words', models.JSONField(default=list, help_text='[[text, start, end, probability], ...], times as in the transcript')),
                ('warnings', models.JSONField(default=list)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('compute_seconds', models.FloatField()),
                ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slices', to='transcription.transcript')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [
                    models.UniqueConstraint(fields=('transcript', 'position'), name='slice_position'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Vocabulary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=100)),
                ('corrections', models.PositiveIntegerField(default=0)),
                ('by_hand', models.BooleanField(default=False, help_text='put in by the user: used at once')),
                ('left_out', models.BooleanField(default=False, help_text='taken out by the user: not used, however often corrected')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vocabulary', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['word'],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'word'), name='vocabulary_word'),
                ],
            },
        ),
        migrations.RunPython(verbatim.lay, verbatim.lift, elidable=False),
    ]
