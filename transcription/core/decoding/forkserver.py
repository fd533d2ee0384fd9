"""Start a child from the forkserver without loading our main module, as multiprocessing would.

It makes each child run the main module of its parent anew: with `manage.py`, or under pytest, all that this imports.
"""

import io
import os
from multiprocessing import forkserver, popen_forkserver, reduction, spawn
from multiprocessing.context import ForkServerProcess, set_spawning_popen
from multiprocessing.util import Finalize
from typing import Any

MAIN = ("init_main_from_path", "init_main_from_name")


class Child(ForkServerProcess):
    """A process forked from the forkserver that knows nothing of its parent's main module."""

    @staticmethod
    def _Popen(process_obj: Any) -> popen_forkserver.Popen:  # noqa: N802 - multiprocessing's name
        return _Launched(process_obj)


class _Launched(popen_forkserver.Popen):
    _fds: list[int]

    def _launch(self, process_obj: Any) -> None:
        """Do what the method above does (multiprocessing.popen_forkserver of Python 3.11), but for the main module."""
        known = spawn.get_preparation_data(process_obj._name)  # noqa: SLF001 - as there
        for name in MAIN:
            known.pop(name, None)
        told = io.BytesIO()
        set_spawning_popen(self)
        try:
            reduction.dump(known, told)
            reduction.dump(process_obj, told)
        finally:
            set_spawning_popen(None)
        self.sentinel, out = forkserver.connect_to_new_process(self._fds)
        # An end of its pipe stays open here: by that the child sees whether this process still lives.
        self.finalizer = Finalize(self, _close, (os.dup(out), self.sentinel))
        with open(out, "wb", closefd=True) as pipe:  # noqa: PTH123 - a descriptor
            pipe.write(told.getbuffer())
        self.pid = forkserver.read_signed(self.sentinel)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
