"""What spans the rooms and must be remembered."""

from django.db import models

from capture.models import User


class RaisedAlert(models.Model):
    """Something that hinders the service while a user wants to be told of it: one mail each time it comes."""

    user = models.ForeignKey(User, models.CASCADE)
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=40, blank=True, help_text="the id of the device, where it is one device's")
    since = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "config_mettrouble"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="met_trouble")]

    def __str__(self) -> str:
        return str(self.pk)
