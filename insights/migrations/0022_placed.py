"""Transcripts of before, of whose words ideas were made, say so."""

from django.db import migrations
from django.db.models import Exists, OuterRef


def tell(apps, schema_editor):
    of_it = {"transcript": OuterRef("pk")}
    ideas = apps.get_model("insights", "Idea").objects.filter(**of_it)
    known = apps.get_model("insights", "AllKnown").objects.filter(**of_it)
    transcripts = apps.get_model("transcription", "Transcript").objects
    transcripts.filter(Exists(ideas) | Exists(known)).update(is_placed=True)


class Migration(migrations.Migration):

    dependencies = [("insights", "0021_idea_indexes"), ("transcription", "0008_placed")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
