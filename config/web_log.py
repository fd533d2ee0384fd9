"""The web server's own log. Gunicorn quotes requests in it, and addresses and headers hold tokens."""

from typing import Any

from gunicorn.glogging import Logger

from config.logs import WithoutContent


class WebLog(Logger):  # type: ignore[misc]
    """Say that a request failed or could not be read, and where, but not what it was."""

    def setup(self, cfg: Any) -> None:
        """Write errors without what they quote."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(WithoutContent("%(asctime)s %(levelname)s %(name)s %(message)s"))

    def exception(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log a request that failed outside of Django."""
        del msg, args, kwargs
        super().exception("a request could not be answered")

    def warning(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log a request that is none."""
        if str(msg).startswith("Invalid request"):
            super().warning("a request could not be read")
        else:
            super().warning(msg, *args, **kwargs)
