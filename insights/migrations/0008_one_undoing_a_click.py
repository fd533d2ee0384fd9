from django.db import migrations


def tell_by_batch(apps, schema_editor):
    """Keep one row for each click that was undone, in the batch of the click."""
    Correction = apps.get_model("insights", "Correction")
    undoings = Correction.objects.filter(kind="undone")
    seen = set()
    for pk, batch in list(undoings.order_by("pk").values_list("pk", "undoes__batch")):
        if batch is None or batch in seen:
            undoings.filter(pk=pk).delete()
        else:
            undoings.filter(pk=pk).update(batch=batch, topic=None, idea=None, from_topic=None)
        seen.add(batch)


class Migration(migrations.Migration):

    dependencies = [("insights", "0007_undoing_and_proposals")]

    operations = [migrations.RunPython(tell_by_batch, migrations.RunPython.noop)]
