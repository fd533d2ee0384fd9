"""A sentence model in a folder, run by fastembed on ONNX Runtime: no torch, and no network."""

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from insights.core.embedding.calibrated_embedder import CalibratedEmbedder
from insights.core.embedding.catalogue import ENGLISH, ModelFolder
from insights.core.embedding.protocol import Unavailable, Vectors, unit

if TYPE_CHECKING:
    from fastembed import TextEmbedding

log = logging.getLogger(__name__)

BATCH_TEXTS = 32
"""Texts that are run at once: ideas are short, and the memory of a batch grows with its longest."""


class SentenceModelEmbedder(CalibratedEmbedder):
    """One model, loaded. threads: of the processor, for one call."""

    def __init__(self, sentences: ModelFolder, *, threads: int) -> None:
        self.model = sentences.stored_name
        self.languages: Collection[str] | None = frozenset({"en"}) if sentences.name == ENGLISH else None
        self._running = _load_onnx_model(sentences, threads)

    def embed_some(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each text (see Embedder)."""
        return unit(np.stack(list(self._running.embed(list(texts), batch_size=BATCH_TEXTS))))


def _load_onnx_model(sentences: ModelFolder, threads: int) -> "TextEmbedding":
    """Load the model from its folder. Raises Unavailable where its files are damaged."""
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    folder = str(sentences.folder)
    pooling = PoolingType.MEAN if sentences.is_mean else PoolingType.CLS
    # By a name of our own: what fastembed lists under the model's may name other files than lie there.
    name = f"{folder} {sentences.graph} {pooling.value}"
    if name.lower() not in {str(model["model"]).lower() for model in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=name,
            pooling=pooling,
            normalization=True,
            sources=ModelSource(url=folder),
            dim=0,
            model_file=sentences.graph or "",
        )
    try:
        return TextEmbedding(name, specific_model_path=folder, threads=threads, cuda=False, local_files_only=True)
    except Exception as error:  # ONNX Runtime has no class of its own for what it cannot read
        log.error("The sentence model cannot be loaded (%s)", type(error).__name__)  # noqa: TRY400 - it names files
        raise Unavailable("sentence_model_damaged") from error
