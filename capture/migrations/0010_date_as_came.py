from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('capture', '0009_languages_chosen'),
    ]

    operations = [
        migrations.AddField(
            model_name='memo',
            name='date_as_came',
            field=models.JSONField(help_text='recorded_at, utc_offset and date_assumed before a person corrected them', null=True),
        ),
    ]
