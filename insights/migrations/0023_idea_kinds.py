"""How many ideas of each kind stand in a topic is read off an index alone."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [("insights", "0022_placed")]

    operations = [
        migrations.RemoveIndex("idea", "idea_standing"),
        migrations.AddIndex(
            "idea",
            models.Index(
                condition=Q(is_replaced=False), fields=["user", "topic", "is_replaced", "kind"], name="idea_standing"
            ),
        ),
    ]
