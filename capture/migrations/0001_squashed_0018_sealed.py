"""The tables of today at once, for a new database; those of before take the migrations that it replaces."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('capture', '0001_initial'),
        ('capture', '0002_doors'),
        ('capture', '0003_limits'),
        ('capture', '0004_memo_received'),
        ('capture', '0005_memo_kind_help'),
        ('capture', '0006_problem_codes'),
        ('capture', '0007_problem_code_length'),
        ('capture', '0008_memo_hidden'),
        ('capture', '0009_languages_chosen'),
        ('capture', '0010_date_as_came'),
        ('capture', '0011_memo_peaks'),
        ('capture', '0012_memo_dated'),
        ('capture', '0013_page_language'),
        ('capture', '0014_log_in'),
        ('capture', '0015_memo_shown'),
        ('capture', '0016_device_room'),
        ('capture', '0017_removable_folder'),
        ('capture', '0018_sealed'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('time_zone', models.CharField(default='UTC', max_length=64)),
                ('languages', models.CharField(blank=True, help_text='ISO 639-1 codes, comma-separated; none until their person chose', max_length=100)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('night_from', models.PositiveSmallIntegerField(default=22, help_text='the hour at which sleep usually begins')),
                ('night_until', models.PositiveSmallIntegerField(default=6, help_text='the hour at which it usually ends')),
                ('trouble_mail', models.BooleanField(default=False, help_text='whether one mail tells of what hinders the service')),
                ('page_language', models.CharField(blank=True, help_text='of pages; empty: as the browser asks', max_length=10)),
                ('look', models.CharField(blank=True, choices=[('', 'As this device'), ('dark', 'Night'), ('light', 'Paper')], max_length=5)),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('default_context', models.CharField(blank=True, choices=[('night', 'at night'), ('walk', 'on a walk'), ('sit', 'after sitting'), ('question', 'to the evening question')], max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
                ('held', models.PositiveIntegerField(help_text='recordings that it still holds, as it said itself', null=True)),
                ('held_said_at', models.DateTimeField(null=True)),
                ('oldest_held', models.DateTimeField(help_text='when the oldest of these was spoken', null=True)),
                ('room_bytes', models.BigIntegerField(help_text='what is left there for recordings; null where plenty', null=True)),
                ('seals', models.BooleanField(default=False, help_text='whether it was told to seal what it records')),
            ],
        ),
        migrations.CreateModel(
            name='Memo',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.CharField(max_length=128)),
                ('source', models.CharField(choices=[('api', 'a device'), ('web', 'the website'), ('mail', 'a mail'), ('watched', 'a watched folder'), ('import', 'an import')], max_length=10)),
                ('archive', models.BooleanField(default=False, help_text='an old recording: live memos go first')),
                ('recorded_at', models.DateTimeField()),
                ('utc_offset', models.SmallIntegerField(help_text="the phone's, in minutes", null=True)),
                ('date_assumed', models.BooleanField(default=False, help_text='no usable date was sent: recorded_at is received_at')),
                ('received_at', models.DateTimeField()),
                ('context', models.CharField(blank=True, choices=[('night', 'at night'), ('walk', 'on a walk'), ('sit', 'after sitting'), ('question', 'to the evening question')], help_text='as the phone said, else its default at that time', max_length=10)),
                ('kind', models.CharField(help_text='the container, as the first bytes tell', max_length=10)),
                ('bytes', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('path', models.CharField(help_text='of the original, below the audio folder', max_length=100, unique=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='memos', to='capture.device')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memos', to=settings.AUTH_USER_MODEL)),
                ('context_by_hand', models.CharField(blank=True, choices=[('night', 'at night'), ('walk', 'on a walk'), ('sit', 'after sitting'), ('question', 'to the evening question')], max_length=10, null=True)),
                ('original_gone_at', models.DateTimeField(help_text='since when its playback copy is all there is', null=True)),
                ('date_as_came', models.JSONField(help_text='recorded_at, utc_offset and date_assumed before a person corrected them', null=True)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['user', '-recorded_at'], name='memo_newest'),
                    models.Index(fields=['user', 'bytes'], name='memo_bytes'),
                    models.Index(fields=['received_at'], name='memo_received'),
                    models.Index(condition=models.Q(('deleted_at__isnull', False)), fields=['user'], name='memo_hidden'),
                    models.Index(condition=models.Q(('date_as_came__isnull', False)), fields=['user'], name='memo_dated'),
                    models.Index(condition=models.Q(('deleted_at', None)), fields=['user', 'recorded_at'], name='memo_shown'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'client_id'), name='memo_client_id'),
                    models.UniqueConstraint(fields=('user', 'sha256'), name='memo_sha256'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.CharField(max_length=128)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='capture.device')),
                ('memo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='capture.memo')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'client_id'), name='alias_client_id'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PairingCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('seals', models.BooleanField(default=False, help_text='whether the device is to seal what it records')),
            ],
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.CharField(max_length=128)),
                ('sha256_keyed', models.CharField(max_length=64)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['user', 'sha256_keyed'], name='tombstone_sha256'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'client_id'), name='tombstone_client_id'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ArchivePace',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='archive_pace', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('paused', models.BooleanField(default=False)),
                ('from_hour', models.PositiveSmallIntegerField(help_text="of the user's own clock; none: at any hour", null=True)),
                ('until_hour', models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TextBeside',
            fields=[
                ('memo', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='text_beside', serialize=False, to='capture.memo')),
                ('kind', models.CharField(help_text='txt, srt or json', max_length=4)),
                ('words', models.JSONField(help_text='[[text, start, end, probability], ...]; times are None where it gives none')),
            ],
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('folder', models.CharField(help_text='absolute, links resolved', max_length=1000)),
                ('time_zone', models.CharField(help_text='of names and file times that do not say theirs', max_length=64)),
                ('uses_texts', models.BooleanField(default=False, help_text='whether transcripts lying beside stand in for hearing')),
                ('state', models.CharField(choices=[('listing', 'Listing'), ('listed', 'Listed'), ('running', 'Running'), ('paused', 'Paused'), ('ended', 'Ended')], default='listing', max_length=7)),
                ('problem', models.CharField(blank=True, help_text='its code; empty: none', max_length=40)),
                ('held_until', models.DateTimeField(help_text='by whoever works on it, while there is progress', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to=settings.AUTH_USER_MODEL)),
                ('problem_values', models.JSONField(blank=True, default=dict, help_text="what the problem's sentence names")),
            ],
        ),
        migrations.CreateModel(
            name='MailAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_address', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WatchedFolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='absolute, links resolved', max_length=1000)),
                ('moves_done', models.BooleanField(default=False, help_text='whether what is kept is moved into its folder `done`')),
                ('looked_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, help_text='its code; empty: none', max_length=40)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watched_folders', to=settings.AUTH_USER_MODEL)),
                ('problem_values', models.JSONField(blank=True, default=dict, help_text="what the problem's sentence names")),
                ('below', models.CharField(blank=True, help_text='where the folder is on it', max_length=1000)),
                ('volume', models.CharField(blank=True, help_text='UUID of a file system that is plugged in and out', max_length=100)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'path'), name='watched_folder_path'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WatchedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='below the folder', max_length=1000)),
                ('size', models.BigIntegerField()),
                ('modified_ns', models.BigIntegerField()),
                ('met_at', models.DateTimeField(help_text='when it was first met as it is, or was last tried: what grows is left alone')),
                ('is_done', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, help_text='its code; empty: none', max_length=40)),
                ('folder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='capture.watchedfolder')),
                ('problem_values', models.JSONField(blank=True, default=dict, help_text="what the problem's sentence names")),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('folder', 'name'), name='watched_file_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ImportedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='below the folder', max_length=1000)),
                ('size', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField()),
                ('utc_offset', models.SmallIntegerField(help_text='in minutes', null=True)),
                ('dated_by', models.CharField(choices=[('name', 'its name'), ('container', 'what the recording says of itself'), ('file', "the file's time")], max_length=9)),
                ('text_name', models.CharField(blank=True, help_text='of the transcript that lies beside it', max_length=1000)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('kept', 'Kept'), ('known', 'Known'), ('refused', 'Refused')], default='waiting', max_length=7)),
                ('problem', models.CharField(blank=True, help_text='its code; empty: none', max_length=40)),
                ('memo', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='capture.memo')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='capture.import')),
                ('problem_values', models.JSONField(blank=True, default=dict, help_text="what the problem's sentence names")),
            ],
            options={
                'indexes': [
                    models.Index(fields=['taken_by', 'state'], name='imported_file_state'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('taken_by', 'name'), name='imported_file_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Sit',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.CharField(max_length=128)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='capture.device')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sits', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [
                    models.Index(fields=['user', 'started_at'], name='sit_started'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'client_id'), name='sit_client_id'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.CharField(blank=True, max_length=128)),
                ('length', models.BigIntegerField(help_text='bytes, of the whole')),
                ('offset', models.BigIntegerField(default=0)),
                ('recorded_at', models.CharField(blank=True, help_text='as it was sent', max_length=64)),
                ('sha256', models.CharField(blank=True, help_text='of the whole, in hex, as it was announced', max_length=64)),
                ('context', models.CharField(blank=True, choices=[('night', 'at night'), ('walk', 'on a walk'), ('sit', 'after sitting'), ('question', 'to the evening question')], max_length=10)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('held_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(help_text='when it became a memo, or was known as one', null=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='capture.device')),
                ('memo', models.ForeignKey(help_text='what it became; none: one that was deleted', null=True, on_delete=django.db.models.deletion.CASCADE, to='capture.memo')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['expires_at'], name='upload_expires'),
                    models.Index(condition=models.Q(('finished_at', None)), fields=['device'], name='upload_open'),
                ],
            },
        ),
        migrations.CreateModel(
            name='MemoPeaks',
            fields=[
                ('memo', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='peaks', serialize=False, to='capture.memo')),
                ('levels', models.BinaryField(help_text='50 bytes a second (transcription.core.decoding.peaks); none: unreadable')),
            ],
        ),
        migrations.CreateModel(
            name='BrowserSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=40, unique=True)),
                ('browser', models.CharField(blank=True, help_text='its name, as far as it says so itself', max_length=20)),
                ('system', models.CharField(blank=True, max_length=20)),
                ('began_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='browser_sessions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('note', models.CharField(blank=True, help_text='whom it is for, in the words of who invites', max_length=60)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SealedCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.CharField(max_length=128)),
                ('sha256', models.CharField(max_length=64)),
                ('bytes', models.BigIntegerField()),
                ('is_whole', models.BooleanField(help_text='whether no slice is missing, nor its end')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('user', 'client_id'), name='sealed_copy_client_id'),
                ],
            },
        ),
    ]
