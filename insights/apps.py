"""The room's entry in Django's list of apps."""

from django.apps import AppConfig


class Insights(AppConfig):
    """The insights room."""

    name = "insights"
