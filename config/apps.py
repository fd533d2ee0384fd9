"""The app that holds the rooms together."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    """Connect the stages in every process, commands included."""

    name = "config"

    def ready(self) -> None:
        """Connect what each stage announces to the task that follows it; models are only importable from here on."""
        import_module("config.ops.checks")
        import_module("config.pipeline").connect()
