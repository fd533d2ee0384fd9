from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("insights", "0013_doubtful_ideas")]

    operations = [
        migrations.AddField(
            model_name="arrangement",
            name="look_near",
            field=models.JSONField(
                help_text="keys of ideas that were corrected, near which it is still to be looked again", null=True
            ),
        ),
    ]
