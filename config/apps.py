"""The app that holds the rooms together."""

import atexit
import gc
from importlib import import_module

from django.apps import AppConfig
from django.db import connections


class Config(AppConfig):
    """Connect the stages in every process, commands included."""

    name = "config"

    def ready(self) -> None:
        """Connect what each stage announces to the task that follows it; models are only importable from here on."""
        import_module("config.ops.checks")
        import_module("config.pipeline").connect()
        gc.freeze()  # what is loaded by now stays: it is not looked through again, nor taken apart at the end
        atexit.register(connections.close_all)  # by whom SQLite's database is one whole file again
