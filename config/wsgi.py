"""What the web server loads."""

import gc
import logging
import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.http.body_guard import Application, Environ, guard_bodies
from config.http.problems import plain_problem

log = logging.getLogger(__name__)


def answer_unreadable(application: Application) -> Application:
    """Return the application with an answer to requests that Django cannot even make a request of."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception as error:
            log.warning("a request could not be read", exc_info=error)
            problem = plain_problem(400)
            problem["Content-Length"] = str(len(problem.content))
            start_response("400 Bad Request", list(problem.items()))
            return [problem.content]

    return answer


def drop_path_prefix(application: Application, prefix: str) -> Application:
    """Return the application below a path: a proxy may take the path of STILLNOTE_URL off, or leave it on."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if prefix and (asked == prefix or asked.startswith(f"{prefix}/")):
            environ["PATH_INFO"] = asked[len(prefix) :] or "/"
        return application(environ, start_response)

    return answer


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()  # what is loaded stays: looking through it again and again is a quarter of a start
below = drop_path_prefix(answer_unreadable(get_wsgi_application()), settings.FORCE_SCRIPT_NAME or "")
application = guard_bodies(below)
# Before the server forks: its processes share the counts in it.
import_module("capture.http.web_state").web_state()
import_module("config.urls")
gc.freeze()  # nor is it taken apart at the end, and workers do not copy the memory that they share with the server
gc.set_threshold(5_000)  # what a page makes goes by itself: it is not looked through ten times meanwhile
gc.enable()
