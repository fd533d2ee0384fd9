"""The model gets the name of today; its table keeps its own, so that the database stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('config', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelTable(name='mettrouble', table='config_mettrouble'),
        migrations.RenameModel(old_name='MetTrouble', new_name='RaisedAlert'),
    ]
