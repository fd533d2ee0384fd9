"""fastembed on a sentence model of our own: its real code, its real ONNX, no network."""

import json
from pathlib import Path

import numpy as np
import pytest

from insights.core.embedding.catalogue import ENGLISH, MULTILINGUAL, hub_repository, resolve_model
from insights.core.embedding.protocol import Unavailable, from_bytes, to_bytes
from insights.core.embedding.sentence_model import SentenceModelEmbedder
from insights.error_text import describe_problem
from tests.support.random_sentence_model import DIMENSIONS, write_random_sentences

SAID = ["water the garden", "garden the water", "send the invoice", "...", ""]


def loaded(folder: Path) -> SentenceModelEmbedder:
    return SentenceModelEmbedder(resolve_model(str(folder), folder, ()), threads=1)


def test_a_sentence_is_the_mean_of_its_words_at_unit_length(tmp_path: Path) -> None:
    model = loaded(write_random_sentences(tmp_path / "own"))
    vectors = model.embed(SAID)
    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors[:4], axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-5)
    assert vectors[0] @ vectors[2] < 0.9
    assert not vectors[4].any(), "what says nothing is like nothing"
    assert model.embed([]).shape == (0, DIMENSIONS)
    assert from_bytes([to_bytes(vector) for vector in vectors], DIMENSIONS) == pytest.approx(vectors)


def test_what_is_said_beside_it_changes_no_vector(tmp_path: Path) -> None:
    model = loaded(write_random_sentences(tmp_path / "own"))
    (alone,) = model.embed(["water"])
    beside = model.embed(["water", "the tomatoes in the garden need more water every evening and next spring"])
    assert beside[0] == pytest.approx(alone, abs=1e-5)


def test_the_first_token_stands_for_the_sentence_where_the_model_says_so(tmp_path: Path) -> None:
    folder = write_random_sentences(tmp_path / "own")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    first, word = loaded(folder).embed(["water the garden", "water"])
    assert first == pytest.approx(word, abs=1e-5)


def test_another_model_in_the_same_folder_has_another_name(tmp_path: Path) -> None:
    one = loaded(write_random_sentences(tmp_path / "own", seed=1)).model
    other = loaded(write_random_sentences(tmp_path / "own", seed=2)).model
    assert one.startswith("own ")
    assert one != other
    assert loaded(write_random_sentences(tmp_path / "own", seed=1)).model == one


def test_damaged_files_are_said_in_a_sentence_without_their_names(tmp_path: Path) -> None:
    folder = write_random_sentences(tmp_path / "own")
    (folder / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(Unavailable) as refused:
        loaded(folder)
    sentence = describe_problem(refused.value.message)
    assert "files are damaged" in sentence
    assert str(tmp_path) not in f"{refused.value}{sentence}"


def test_auto_is_multilingual_where_anybody_speaks_anything_but_english(tmp_path: Path) -> None:
    assert resolve_model("auto", tmp_path, ["en"]).name == ENGLISH
    assert resolve_model("auto", tmp_path, []).name == ENGLISH
    assert resolve_model("auto", tmp_path, ["de", "en"]).name == MULTILINGUAL


def test_both_models_of_auto_are_fastembeds_own() -> None:
    from fastembed import TextEmbedding

    known = TextEmbedding.list_supported_models()
    files = {str(model["model"]): model["model_file"] for model in known}
    assert {files[ENGLISH], files[MULTILINGUAL]} == {"model.onnx", "model_optimized.onnx"}
    assert hub_repository(ENGLISH, known) != ENGLISH, "it is fetched from where its ONNX lies"
    assert hub_repository("somebody/theirs", known) == "somebody/theirs"
