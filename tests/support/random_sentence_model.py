"""A tiny sentence model with random weights, as it would lie in a folder: words it knows, one vector each, ONNX."""

import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

SPOKEN = (
    "the tomatoes in garden need more water plant next spring send invoice to tax office die tomaten im garten "
    "brauchen mehr wasser every evening and call anna"
)
DIMENSIONS = 16


def write_random_sentences(folder: Path, seed: int = 0) -> Path:
    """Build the model of a seed in a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *dict.fromkeys(SPOKEN.split())])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 32, "pad_token": "[PAD]"}))
    table = np.random.default_rng(seed).normal(size=(len(vocabulary), DIMENSIONS)).astype(np.float32)
    shapes = {"input_ids": ["batch", "tokens"], "attention_mask": ["batch", "tokens"]}
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "random sentences",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in shapes.items()],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", DIMENSIONS])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    checker.check_model(model)
    save(model, str(folder / "model.onnx"))
    return folder
