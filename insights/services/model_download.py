"""How a sentence model gets here, and what is to be told while it is not."""

import os
import subprocess
import sys

from insights.core.embedding.catalogue import PATTERNS, ModelFolder, hub_repository

FETCH = ".venv/bin/python manage.py sentence_model"

_FETCH = """
import sys
from huggingface_hub import snapshot_download
repository, folder, *patterns = sys.argv[1:]
try:
    snapshot_download(repository, local_dir=folder, allow_patterns=patterns)
except Exception as error:
    sys.exit(f"It could not be fetched ({type(error).__name__}).")
"""


def missing(sentences: ModelFolder, *, offline: bool) -> str | None:
    """Return a sentence that says what is missing and what to type, or None where the model is here."""
    if sentences.is_here:
        return None
    if sentences.is_own:
        return (
            f"There is no sentence model in {sentences.folder}: it needs model.onnx, tokenizer.json and "
            "tokenizer_config.json. Set EMBEDDING_MODEL to a folder that holds one, or leave it out, and start again."
        )
    own = "set EMBEDDING_MODEL=/folder/of/a/model and start again"
    if offline:
        return (
            f"The sentence model “{sentences.name}” is not here, and STILLNOTE_OFFLINE=1 forbids its download: {own}."
        )
    return f"The sentence model “{sentences.name}” is not here yet. With a network, type {FETCH}; without one, {own}."


def download(sentences: ModelFolder) -> bool:
    """Fetch the model, showing megabytes, from where an earlier attempt ended. Returns whether it is here now.

    A process of its own does it, for this one has told the hub's library never to ask the network.
    """
    from fastembed import TextEmbedding

    source = hub_repository(sentences.name, TextEmbedding.list_supported_models())
    sentences.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = os.environ | {
        "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_ETAG_TIMEOUT": "5",
        "HF_HUB_DOWNLOAD_TIMEOUT": "10",
    }
    command = [sys.executable, "-c", _FETCH, source, str(sentences.folder), *PATTERNS]
    fetched = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stderr=None, check=False)
    return fetched.returncode == 0 and sentences.is_here
