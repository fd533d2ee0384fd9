"""Logs hold what happened to which id and where it failed: never words, file names, tokens or addresses."""

import copy
import logging
import traceback
from types import TracebackType

TASKS = "celery.app.trace"
REQUESTS = ("django.request", "django.security")


class ContentFreeFormatter(logging.Formatter):
    """Write an error as its type and the lines of code it came through.

    Its message is left out, for it may quote what was said: PostgreSQL names the value that was there already.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Celery writes errors out into its own, and Django quotes requests: these are made anew."""
        if record.name == TASKS and record.exc_info and isinstance(record.args, dict):
            record = copy.copy(record)
            record.msg, record.exc_text = "task %(name)s[%(id)s] failed", None
        if record.name.startswith(REQUESTS):
            record = copy.copy(record)
            record.exc_text = None
            record.msg, record.args = "a request was answered with %s", (getattr(record, "status_code", "a refusal"),)
        return super().format(record)

    def formatException(  # noqa: N802 - overrides
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Return the error and what caused it, the cause first."""
        error: BaseException | None = ei[1]
        parts: list[str] = []
        while error is not None:
            places = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"{places}{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nwhich led to\n\n".join(reversed(parts))
