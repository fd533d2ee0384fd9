"""The private feed by which an app for podcasts fetches what a user said at night."""

from django.db import models

from capture.models import User


class ListenFeed(models.Model):
    """The secret part of a feed's address: shown once, kept as a keyed hash. There is none until its user makes one."""

    user = models.OneToOneField(User, models.CASCADE, related_name="listen_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
