"""The tables of today at once, for a new database; those of before take the migrations that it replaces."""

import django.db.models.deletion
import django.db.models.functions.text
import insights.models.digests
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('insights', '0001_initial'),
        ('insights', '0002_all_known'),
        ('insights', '0003_topics_that_stay'),
        ('insights', '0004_kind'),
        ('insights', '0005_vectors_and_names'),
        ('insights', '0006_spoken'),
        ('insights', '0007_undoing_and_proposals'),
        ('insights', '0008_one_undoing_a_click'),
        ('insights', '0009_undone_once'),
        ('insights', '0010_digest_problem'),
        ('insights', '0011_digest_without_error'),
        ('insights', '0012_idea_arranged'),
        ('insights', '0013_doubtful_ideas'),
        ('insights', '0014_look_near'),
        ('insights', '0015_review'),
        ('insights', '0016_topic_places'),
        ('insights', '0017_idea_edges'),
        ('insights', '0018_without_replaced_ideas'),
        ('insights', '0019_listen_feed'),
        ('insights', '0020_evening_questions'),
        ('insights', '0021_idea_indexes'),
        ('insights', '0022_placed'),
        ('insights', '0023_idea_kinds'),
    ]

    initial = True

    dependencies = [
        ('capture', '0010_date_as_came'),
        ('transcription', '0008_placed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveIntegerField(default=0)),
                ('vector_model', models.CharField(blank=True, help_text='whose vectors serve: ideas are compared by no others', max_length=100)),
                ('look_near', models.JSONField(help_text='keys of ideas that were corrected, near which it is still to be looked again', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DigestPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enabled', models.BooleanField(default=False)),
                ('hour', models.PositiveSmallIntegerField(default=7, help_text="of the user's own clock")),
                ('style', models.CharField(choices=[('words', 'the words themselves'), ('links', 'links only')], default='links', max_length=5)),
                ('since', models.DateTimeField(help_text='when it was turned on, or its hour changed', null=True)),
                ('unsubscribe_token', models.CharField(default=insights.models.digests._unsubscribe_token, max_length=64, unique=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='digest_plan', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('named_by', models.CharField(choices=[('machine', 'Machine'), ('person', 'Person')], default='machine', max_length=7)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to=settings.AUTH_USER_MODEL)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic')),
                ('sentence', models.CharField(blank=True, help_text='what the person said of it when they made it', max_length=500)),
                ('named_size', models.PositiveIntegerField(default=0, help_text='ideas in it when the machine last named it')),
                ('hidden', models.BooleanField(default=False, help_text='shown only on asking; it gets ideas as before')),
                ('pinned', models.BooleanField(default=False, help_text='stands first')),
                ('review_pace', models.CharField(choices=[('usual', 'usual'), ('seldom', 'seldom'), ('rarely', 'rarely')], default='usual', help_text='how often its ideas come back in reviews', max_length=6)),
                ('place_x', models.FloatField(help_text='in the sky, from the left, 0 to 1: chosen once, never moved', null=True)),
                ('place_y', models.FloatField(help_text='from the top', null=True)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(models.F('user'), django.db.models.functions.text.Lower('name'), condition=models.Q(('deleted_at', None), ('merged_into', None)), name='topic_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('text_start', models.PositiveIntegerField(help_text="characters, in the transcript's text")),
                ('text_end', models.PositiveIntegerField()),
                ('audio_start', models.FloatField(help_text='seconds')),
                ('audio_end', models.FloatField()),
                ('vector', models.BinaryField(help_text='float32, unit length; empty where no model knows the language yet')),
                ('vector_model', models.CharField(blank=True, max_length=100)),
                ('placed_by', models.CharField(choices=[('machine', 'Machine'), ('person', 'Person')], default='machine', max_length=7)),
                ('placed_at', models.DateTimeField()),
                ('transcript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ideas', to='transcription.transcript')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ideas', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ideas', to='insights.topic')),
                ('kind', models.CharField(choices=[('thought', 'thought'), ('task', 'task'), ('question', 'question')], default='thought', max_length=8)),
                ('other_model', models.CharField(blank=True, max_length=100)),
                ('other_vector', models.BinaryField(default=b'')),
                ('arranged', models.PositiveIntegerField(default=0, help_text="the arrangement's version by which it came to stand where it stands")),
                ('doubtful', models.JSONField(default=list, help_text='[[start, end], ...]: characters of the text that may not have been said, as it was heard')),
                ('is_doubtful', models.BooleanField(default=False, help_text='at least half of it may not have been said, and nobody said it was: the machine leaves it unsorted')),
                ('is_replaced', models.BooleanField(default=False, help_text='others hold its words since a person parted or joined it or moved its edges: kept to undo that')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['user', 'placed_at'], name='idea_placed'),
                    models.Index(fields=['user', 'arranged'], name='idea_arranged'),
                    models.Index(condition=models.Q(('is_replaced', False)), fields=['topic', 'placed_at', 'is_replaced'], name='idea_topic_latest'),
                    models.Index(fields=['user', 'vector_model'], name='idea_vector_model'),
                    models.Index(condition=models.Q(('is_replaced', False)), fields=['user', 'topic', 'is_replaced', 'kind'], name='idea_standing'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('transcript', 'position'), name='idea_position'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('created', 'Created'), ('renamed', 'Renamed'), ('moved', 'Moved'), ('confirmed', 'Confirmed'), ('spoken', 'Spoken'), ('not-this', 'Not This'), ('merged', 'Merged'), ('apart', 'Apart'), ('whole', 'Whole'), ('split', 'Split'), ('parted', 'Parted'), ('joined', 'Joined'), ('edge-moved', 'Edge Moved'), ('deleted', 'Deleted'), ('hidden', 'Hidden'), ('shown', 'Shown'), ('pinned', 'Pinned'), ('unpinned', 'Unpinned'), ('undone', 'Undone')], max_length=10)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('idea', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='insights.idea')),
                ('from_topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='corrections_from', to='insights.topic')),
                ('topic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='insights.topic')),
                ('batch', models.UUIDField(default=uuid.uuid4)),
                ('former', models.JSONField(help_text='rows as they were, by table and key (services.undo); null: it cannot be undone', null=True)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['batch', 'kind'], name='correction_batch'),
                ],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('kind', 'undone')), fields=('batch',), name='undone_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text="the user's own")),
                ('state', models.CharField(choices=[('sending', 'Sending'), ('sent', 'Sent'), ('empty', 'Empty'), ('failed', 'Failed')], max_length=7)),
                ('covers_until', models.DateTimeField(help_text='ideas placed up to then are in it')),
                ('tried_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=1)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to=settings.AUTH_USER_MODEL)),
                ('problem', models.CharField(blank=True, choices=[('refused', 'The mail server did not take it.'), ('uncertain', 'It is not known whether the mail server took it.'), ('other', 'Something else: what an earlier version wrote down.')], max_length=20)),
                ('problem_values', models.JSONField(blank=True, default=dict, help_text='error: the class of what was raised')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'day'), name='digest_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='AllKnown',
            fields=[
                ('transcript', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='all_known', serialize=False, to='transcription.transcript')),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='what the part that leaves might be called', max_length=120)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.CharField(blank=True, choices=[('', 'None'), ('yes', 'Yes'), ('never', 'Never')], max_length=5)),
                ('ideas', models.ManyToManyField(help_text='those that would get a topic of their own', related_name='+', to='insights.idea')),
                ('other', models.ForeignKey(help_text='null: a split is asked', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic')),
                ('topic', models.ForeignKey(help_text='the older, which would stay', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.topic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('topic', 'other'), name='proposed_merge'),
                    models.UniqueConstraint(condition=models.Q(('other', None), models.Q(('answer', 'yes'), _negated=True)), fields=('topic',), name='proposed_split'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReviewPlan',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='review_plan', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('dial', models.CharField(choices=[('sooner', 'sooner'), ('usual', 'usual'), ('eventually', 'eventually')], default='usual', max_length=10)),
                ('rested_before', models.DateTimeField(help_text='what came in before and was never met rests: many came in at once, and were let rest', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('touched_at', models.DateTimeField(help_text='when something was decided last, or it was begun')),
                ('asked_ideas', models.PositiveSmallIntegerField(help_text='how many were asked for; null: so much time', null=True)),
                ('asked_minutes', models.PositiveSmallIntegerField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user',), name='review_open'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReviewDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('keep', 'Keep'), ('later', 'Later'), ('act', 'Act'), ('let-go', 'Let go')], max_length=6)),
                ('nonce', models.UUIDField(help_text='made with the page from which it was sent: what is sent twice is done once')),
                ('decided_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('former', models.JSONField(help_text="the idea's state as it was before; null: it had none", null=True)),
                ('batch', models.UUIDField(help_text='of the corrections that the same click made: its topic', null=True)),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='review_decisions', to='insights.idea')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='insights.reviewsession')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('session', 'idea'), name='review_decided_once'),
                    models.UniqueConstraint(fields=('session', 'nonce'), name='review_sent_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReviewState',
            fields=[
                ('idea', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='review_state', serialize=False, to='insights.idea')),
                ('decision', models.CharField(choices=[('keep', 'Keep'), ('later', 'Later'), ('act', 'Act'), ('let-go', 'Let go')], max_length=6)),
                ('seen_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='when it comes back; null: it does not', null=True)),
                ('stability', models.FloatField(help_text='days', null=True)),
                ('difficulty', models.FloatField(help_text='in [1, 10]', null=True)),
                ('spaced_at', models.DateTimeField(help_text='when it was put off last', null=True)),
                ('done_at', models.DateTimeField(help_text='when it was ticked on the list to act on', null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['user', 'decision', 'due_at'], name='review_due'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ReviewTurn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('part', models.PositiveSmallIntegerField(help_text='why it is in it (core.review.queue.QueuePart)')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='insights.idea')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='insights.reviewsession')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('session', 'idea'), name='review_turn_idea'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ListenFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='listen_feed', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='NoQuestion',
            fields=[
                ('transcript', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='no_question', serialize=False, to='transcription.transcript')),
            ],
        ),
        migrations.CreateModel(
            name='EveningQuestion',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('evening', models.DateField(help_text='the day whose evening its night begins in')),
                ('text', models.TextField(help_text='as it was typed, or heard')),
                ('text_start', models.PositiveIntegerField(help_text="characters, in the transcript's text", null=True)),
                ('text_end', models.PositiveIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('utc_offset', models.SmallIntegerField(help_text='of the phone that it was spoken to, in minutes', null=True)),
                ('outcome', models.CharField(blank=True, choices=[('answered', 'answered'), ('carried', 'carried over')], max_length=10)),
                ('settled_at', models.DateTimeField(null=True)),
                ('change', models.PositiveIntegerField(default=1, help_text='grows with each: a page says which one it shows')),
                ('former', models.JSONField(help_text='how it was before the last change; empty: it was not there; null: nothing to undo', null=True)),
                ('carried_from', models.ForeignKey(help_text='the night before in which it was asked', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried_to', to='insights.eveningquestion')),
                ('transcript', models.ForeignKey(help_text='where it was spoken', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='evening_questions', to='transcription.transcript')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evening_questions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'evening'), name='question_evening'),
                ],
            },
        ),
    ]
