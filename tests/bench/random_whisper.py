"""Whisper models of the usual sizes with random weights: what they say means nothing, and takes as long as ever.

Only the decoder's positions and the rows that project onto the words of one sentence are not left to chance: whatever
it listens to, the model says SENTENCE and ends, so that every run decodes the same number of tokens, surely enough
that neither faster-whisper's checks nor ours have anything done again.
"""

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXT_TOKENS, SPOKEN = 50257, 12
"""Of Whisper's vocabulary, and of the sentence: what is said in five unhurried seconds."""
LANGUAGES = _LANGUAGE_CODES[:99]
"""Those of every model; the last came with large-v3."""
SPECIAL = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{code}|>" for code in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    *(f"<|{step * 0.02:.2f}|>" for step in range(1501)),
)
SENTENCE = ("<|en|>", "", "<|0.00|>", *(f"Ġword{number}" for number in range(SPOKEN)), "<|5.00|>", "<|endoftext|>")
"""What comes after each position of the prompt and of the text; nothing is asked of the second."""
FRAMES, POSITIONS, MELS = 1500, 448, 80
LOUD = 10.0
"""How far positions outweigh what the layers add to them."""
SURE = 3.0
"""Length of the rows of the sentence's words; its product with a position is their logit."""


class Size(NamedTuple):
    """Of both stacks (Radford et al. 2022, table 1)."""

    layers: int
    width: int
    heads: int


SIZES = {"base": Size(6, 512, 8), "small": Size(12, 768, 12)}


def folder_of(name: str, cache: Path) -> Path:
    """Return the folder of a model at int8, which is made where it is not there yet. name: one of SIZES."""
    folder = cache / f"random-whisper-{name}"
    if not folder.exists():
        making = cache / f"{folder.name}-{os.getpid()}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        write(making, SIZES[name])
        making.rename(folder)
    return folder


def write(folder: Path, size: Size) -> None:
    """Write a model into an empty folder, with the tokenizer that goes with it."""
    words = _vocabulary()
    numbers = {word: number for number, word in enumerate(words)}
    spec = _spec(size, [numbers.get(word, 0) for word in SENTENCE])
    spec.config.lang_ids = [numbers[f"<|{code}|>"] for code in LANGUAGES]
    spec.config.suppress_ids, spec.config.suppress_ids_begin = [1, 2, 7], [numbers["Ġ"], numbers["<|endoftext|>"]]
    spec.config.alignment_heads = [[layer, head] for layer in range(size.layers // 2, size.layers) for head in (0, 3)]
    spec.register_vocabulary(words)
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    _tokenizer(words).save(str(folder / "tokenizer.json"))
    features = {"feature_size": MELS, "sampling_rate": 16_000, "hop_length": 160, "chunk_length": 30, "n_fft": 400}
    (folder / "preprocessor_config.json").write_text(json.dumps(features))


def _vocabulary() -> list[str]:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = (f"Ġword{number}" for number in range(TEXT_TOKENS - len(letters) - 1))
    return [*letters, *made, "", *SPECIAL]  # the empty word is by what CTranslate2 knows a multilingual model


def _tokenizer(words: list[str]) -> Tokenizer:
    known = {word: number for number, word in enumerate(words[:TEXT_TOKENS])}
    tokenizer = Tokenizer(models.BPE(vocab=known, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(word, special=True) for word in SPECIAL])
    return tokenizer


class _Filling:
    """Weights by chance for the parts of a spec. width: of what passes between the layers."""

    def __init__(self, width: int) -> None:
        self.width, self._chance = width, np.random.default_rng(1)

    def weights(self, *shape: int, scale: float = 0.02) -> "NDArray[np.float32]":
        return self._chance.standard_normal(shape, dtype=np.float32) * np.float32(scale)

    def linear(self, spec: Any, out: int, into: int) -> None:
        spec.weight, spec.bias = self.weights(out, into), self.weights(out)

    def norm(self, spec: Any) -> None:
        spec.gamma, spec.beta = np.ones(self.width, np.float32), np.zeros(self.width, np.float32)

    def attention(self, spec: Any, shares: tuple[int, ...]) -> None:
        self.norm(spec.layer_norm)
        for part, share in zip(spec.linear, shares, strict=True):
            self.linear(part, share * self.width, self.width)

    def stack(self, spec: Any, positions: "NDArray[np.float32]") -> None:
        spec.position_encodings.encodings = positions
        self.norm(spec.layer_norm)
        for layer in spec.layer:
            self.attention(layer.self_attention, (3, 1))
            if hasattr(layer, "attention"):
                self.attention(layer.attention, (1, 2, 1))
            self.norm(layer.ffn.layer_norm)
            self.linear(layer.ffn.linear_0, 4 * self.width, self.width)
            self.linear(layer.ffn.linear_1, self.width, 4 * self.width)


def _spec(size: Size, sentence: list[int]) -> Any:
    filling = _Filling(size.width)
    spec: Any = WhisperSpec(size.layers, size.heads, size.layers, size.heads)  # type: ignore[no-untyped-call]
    for conv, into in ((spec.encoder.conv1, MELS), (spec.encoder.conv2, size.width)):
        conv.weight, conv.bias = filling.weights(size.width, into, 3), filling.weights(size.width)
    filling.stack(spec.encoder, filling.weights(FRAMES, size.width))
    positions = filling.weights(POSITIONS, size.width, scale=LOUD)
    filling.stack(spec.decoder, positions)
    rows = filling.weights(TEXT_TOKENS + len(SPECIAL), size.width)
    spec.decoder.embeddings.weight = rows.copy()
    for position, token in zip(positions, sentence, strict=False):
        rows[token] = position * SURE / np.linalg.norm(position)
    spec.decoder.projection.weight = rows
    return spec
