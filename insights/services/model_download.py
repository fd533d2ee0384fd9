"""How a sentence model gets here, and what is to be told while it is not."""

from insights.core.embedding.catalogue import PATTERNS, ModelFolder, hub_repository
from transcription.core.model_download import download_snapshot

FETCH = ".venv/bin/python manage.py sentence_model"


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


def download_sentence_model(sentences: ModelFolder) -> bool:
    """Fetch the model, showing megabytes, from where an earlier attempt ended. Returns whether it is here now."""
    from fastembed import TextEmbedding

    repository = hub_repository(sentences.name, TextEmbedding.list_supported_models())
    return download_snapshot(repository, sentences.folder, PATTERNS) and sentences.is_here
