"""The room's entry in Django's list of apps."""

from functools import cached_property
from importlib import import_module

from django.apps import AppConfig


class Capture(AppConfig):
    """The capture room."""

    name = "capture"

    @cached_property
    def web_state(self) -> object:
        """What a process of the web server keeps in memory (capture.http.web_state), made when first asked for."""
        made: object = import_module("capture.http.web_state").WebState()
        return made

    @cached_property
    def storage_state(self) -> object:
        """What the storage keeps in the memory of a process (capture.storage.state), made when first asked for."""
        made: object = import_module("capture.storage.state").StorageState()
        return made
