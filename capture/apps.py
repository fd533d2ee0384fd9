"""The room's entry in Django's list of apps."""

from django.apps import AppConfig


class Capture(AppConfig):
    """The capture room."""

    name = "capture"
