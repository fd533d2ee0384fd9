"""`manage.py sweep`: notify again of what was left behind, until told to end."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from config.dispatch.sweep import poll_folders_until, sweep_until
from config.runner import parent_watch
from config.runner.model_fetch import fetch_models_until


class Command(BaseCommand):
    """Sweep every SWEEP_SECONDS; `manage.py run` runs it beside the others."""

    help = "Rings again for work that nobody was rung for, and removes deleted recordings for good."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Sweep until SIGTERM or SIGINT."""
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        parent_watch.end_with_manager()
        # Beside the sweep, which goes on notifying while years are copied, while a share does not answer, or while a
        # model comes.
        threading.Thread(target=poll_folders_until, args=(ended,), daemon=True).start()
        threading.Thread(target=fetch_models_until, args=(ended,), daemon=True).start()
        sweep_until(ended)
