"""The process manager: supervisor, which ends with its launcher and whose programs end with it."""

import os
import sys

from supervisor.supervisord import main

from config import parenthood

if __name__ == "__main__":
    parenthood.watch(os.getppid())
    os.environ[parenthood.MANAGER] = str(os.getpid())
    sys.exit(main(["-c", sys.argv[1]]))
