"""Fetching a model from the hub of Hugging Face."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_PROGRAM = """
import sys
from huggingface_hub import snapshot_download
repository, folder, *patterns = sys.argv[1:]
try:
    snapshot_download(repository, local_dir=folder, allow_patterns=patterns)
except Exception as error:
    sys.exit(f"It could not be fetched ({type(error).__name__}).")
"""


def download_snapshot(repository: str, folder: Path, patterns: Iterable[str]) -> bool:
    """Fetch files of a repository, showing megabytes, from where an earlier attempt ended. Returns whether it ended.

    patterns: of the names of files. A process of its own does it, for this one has told the hub's library never to ask
    the network.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = os.environ | {
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_ETAG_TIMEOUT": "5",
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
    }
    command = [sys.executable, "-c", _PROGRAM, repository, str(folder), *patterns]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stderr=None, check=False).returncode == 0
