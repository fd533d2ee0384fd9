from django.db import migrations


def drop_replaced(apps, schema_editor):
    """Before there was `is_replaced`, every idea was shown, and each turn of a review had a place of its own."""
    apps.get_model("insights", "Idea").objects.filter(is_replaced=True).delete()
    turns = apps.get_model("insights", "ReviewTurn").objects.order_by("session", "position", "pk")
    places = {}
    for turn in turns:
        places[turn.session_id] = place = max(turn.position, places.get(turn.session_id, -1) + 1)
        if place != turn.position:
            turns.filter(pk=turn.pk).update(position=place)


class Migration(migrations.Migration):

    dependencies = [
        ("insights", "0017_idea_edges"),
    ]

    operations = [migrations.RunPython(migrations.RunPython.noop, drop_replaced)]
