"""Whether anybody is writing to a file at this moment."""

import fcntl
import signal
from contextlib import suppress


def has_open_writer(descriptor: int) -> bool | None:
    """Return whether anybody has a file open for writing, or None where the system does not tell.

    Linux grants a read lease only where nobody does (fcntl(2), "Leases"), to whoever owns the file or may take any.
    descriptor: opened for reading alone.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        # Whoever wants to write while the lease is held is told of by a signal: by one that does nothing.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    with suppress(OSError):
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
