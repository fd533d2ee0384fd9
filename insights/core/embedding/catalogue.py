"""Which sentence model there is, where it lies, and what fastembed must be told of it. Nothing is loaded here."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple

AUTO = "auto"
ENGLISH = "sentence-transformers/all-MiniLM-L6-v2"
"""90 MB, 384 numbers. Trained on pairs of sentences that mean the same, as ours are compared, and without prefixes;
fastembed's smaller `bge` and `arctic` are trained on questions and passages, and crowd sentences into a narrow cone."""
MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
"""220 MB, 50 languages in one space. The next one of fastembed's that knows as many needs 1 GB."""

ONNX = ("model.onnx", "model_optimized.onnx", "onnx/model.onnx", "onnx/model_optimized.onnx", "model_quantized.onnx")
"""Where a model's graph lies in its folder, the likeliest first."""
BESIDE = ("tokenizer.json", "tokenizer_config.json")
"""What fastembed needs beside it."""
PATTERNS = (*ONNX, "*.json", "onnx/model.onnx_data", "model.onnx_data", "1_Pooling/config.json")


class ModelFolder(NamedTuple):
    """A sentence model: what it was asked for by, and the folder in which it is or will be."""

    name: str
    folder: Path
    is_own: bool
    """Whether the user named a folder of their own."""

    @property
    def is_here(self) -> bool:
        """Whether it can be loaded. A download that was cut off leaves no graph in place."""
        return self.graph is not None and all((self.folder / name).is_file() for name in BESIDE)

    @property
    def graph(self) -> str | None:
        """The path of its graph in its folder, or None."""
        return next((name for name in ONNX if (self.folder / name).is_file()), None)

    @property
    def is_mean(self) -> bool:
        """Whether a sentence is the mean of its tokens, as in most models, and not the first one."""
        try:
            told: dict[str, Any] = json.loads((self.folder / "1_Pooling" / "config.json").read_text())
        except (OSError, ValueError):
            return True
        return not told.get("pooling_mode_cls_token", False)

    @property
    def stored_name(self) -> str:
        """What is stored with its vectors. Of one's own folder the files count too: others may come to lie there."""
        if not self.is_own:
            return self.name
        digest = hashlib.sha256()
        for name in (self.graph, *BESIDE):
            if name is not None:
                digest.update((self.folder / name).read_bytes())
        return f"{self.folder.name[:60]} {digest.hexdigest()[:16]}"


def resolve_model(asked: str, models: Path, languages: Collection[str]) -> ModelFolder:
    """Return the model that a setting names: "auto", a folder, or a name on the hub.

    models: where downloads go. languages: ISO 639-1, all that are spoken here.
    """
    if asked == AUTO:
        asked = ENGLISH if set(languages) <= {"en"} else MULTILINGUAL
    elif os.sep in asked and (asked.startswith((os.sep, ".", "~")) or Path(asked).is_dir()):
        folder = Path(asked).expanduser()
        return ModelFolder(folder.name, folder, is_own=True)
    return ModelFolder(asked, models / asked.replace("/", "--"), is_own=False)


def hub_repository(name: str, known: Iterable[dict[str, Any]]) -> str:
    """Return where on the hub a model's graph lies. known: what fastembed lists (`list_supported_models`)."""
    sources = {str(model["model"]).lower(): model["sources"] for model in known}
    source = sources.get(name.lower(), {})
    return str(source.get("hf") or name)
