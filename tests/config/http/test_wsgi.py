"""What the web server loads."""

import gc
from importlib import import_module


def test_what_is_loaded_is_left_alone_by_the_garbage_collector() -> None:
    import_module("config.wsgi")
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000
