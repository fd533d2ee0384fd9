"""The web server, killed as by chance."""

import random
import time
from contextlib import suppress

import psutil

from tests.support.web_server import Server


def kill_some(server: Server, chance: random.Random) -> None:
    """Kill one worker, which is made anew; or all of it at once, and start it again."""
    if chance.random() < 0.5:
        server.kill()
        server.start()
        return
    while not (workers := server.workers()):
        time.sleep(0.01)
    with suppress(psutil.NoSuchProcess):
        chance.choice(workers).kill()
