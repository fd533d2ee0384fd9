"""An account has no languages until its person chose: "en" was what stood there from the first.

Who changed their night or asked for mails about troubles saved the page on which "en" stands: they chose it. Of all
others nobody knows, and they are asked. Other languages were never there by themselves but by the machine's locale: they
stay, for they were a better guess than none.
"""

from django.db import migrations, models

NIGHT_FROM, NIGHT_UNTIL = 22, 6
"""What stands in the settings of somebody who never saved them."""


def ask_those_who_never_chose(apps, schema_editor):
    never_saved = {"night_from": NIGHT_FROM, "night_until": NIGHT_UNTIL, "trouble_mail": False}
    apps.get_model("capture", "User").objects.filter(languages="en", **never_saved).update(languages="")


def take_english(apps, schema_editor):
    apps.get_model("capture", "User").objects.filter(languages="").update(languages="en")


class Migration(migrations.Migration):

    dependencies = [("capture", "0008_memo_hidden")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="languages",
            field=models.CharField(
                blank=True,
                help_text="ISO 639-1 codes, comma-separated; none until their person chose",
                max_length=100,
            ),
        ),
        migrations.RunPython(ask_those_who_never_chose, take_english, elidable=True),
    ]
