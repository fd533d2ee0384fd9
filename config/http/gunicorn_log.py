"""The web server's own log. What failed in it is told without what it quotes, for headers hold tokens."""

from typing import Any

from gunicorn.glogging import Logger

from config.ops.log_format import ContentFreeFormatter


class GunicornLog(Logger):  # type: ignore[misc]
    """Say that a request failed, and where, but not what it was."""

    def setup(self, cfg: Any) -> None:
        """Write errors without what they quote."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(ContentFreeFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
