"""The embedders of this process, loaded when they are first needed, and which one the settings want."""

import os
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings

from capture.models import User
from insights.core.embedding.catalogue import (
    AUTO,
    ENGLISH,
    MULTILINGUAL,
    PATTERNS,
    ModelFolder,
    hub_repository,
    resolve_model,
)
from insights.core.embedding.endpoint import DEFAULT_MODEL, Endpoint
from insights.core.embedding.protocol import Embedder, Unavailable
from insights.core.embedding.sentence_model import SentenceModelEmbedder
from insights.core.embedding.wordllama import WordLlamaEmbedder, default_embedder
from insights.services import process_state
from transcription.core.download_record import AlreadyFetching, DownloadRecord, DownloadState, Show, read_download
from transcription.core.messages import Message
from transcription.core.model_download import download_snapshot, record_outcome

STATIC_MODEL = WordLlamaEmbedder.model
DOWNLOAD_KIND = "sentences"
"""Of models, in the records of downloads."""


def wanted_model() -> str:
    """Return the name of the model that is to serve now, of those that are at hand. Nothing is loaded."""
    if settings.EMBEDDING_URL:
        return configured_endpoint().model
    sentences = _available_model()
    return STATIC_MODEL if sentences is None else _stored_model_name(sentences)


def load_embedder(model: str) -> Embedder:
    """Return the embedder of a stored name. Raises Unavailable where it is not at hand any more."""
    if model == STATIC_MODEL:
        return default_embedder()
    if settings.EMBEDDING_URL and configured_endpoint().model == model:
        return configured_endpoint()
    state = process_state.current
    with state.loading:
        if model not in state.embedders:
            state.embedders[model] = _load_sentence_model(model)
        return state.embedders[model]


def sentence_model_problem() -> Message | None:
    """Return which sentence model is missing and what to do, or None."""
    return None if settings.EMBEDDING_URL else _missing_model_problem(_configured_model())


class EmbedderCheck(NamedTuple):
    """model: which compares ideas. failure: why it does not now, or None. is_enough: whether all is as set up."""

    model: str
    failure: Message | None
    is_enough: bool


def check_embedder() -> EmbedderCheck:
    """Return by which model ideas are compared, and whether it answers. An endpoint is asked."""
    name = wanted_model()
    try:
        load_embedder(name).embed(["Is somebody there?"])
    except Unavailable as problem:
        return EmbedderCheck(name, problem.message, is_enough=False)
    return EmbedderCheck(name, None, is_enough=not sentence_model_problem() or settings.EMBEDDING_MODEL == AUTO)


def is_sentence_fetch_due() -> bool:
    """Return whether the sentence model that is to be here in the end has still to be fetched."""
    if settings.EMBEDDING_URL or settings.OFFLINE:
        return False
    sentences = _configured_model()
    return not (sentences.is_here or sentences.is_own)


def fetch_sentence_model(show: Show = lambda _: None) -> Message | None:
    """Fetch the sentence model of the settings if it is not here and may be fetched. Returns what is still missing.

    show: is told how far it is.
    """
    if settings.EMBEDDING_URL:
        return Message("endpoint_configured")
    sentences = _configured_model()
    if not (sentences.is_here or sentences.is_own or settings.OFFLINE):
        with suppress(AlreadyFetching):
            _download_sentence_model(sentences, show)
    return _missing_model_problem(sentences)


def _missing_model_problem(sentences: ModelFolder) -> Message | None:
    """Return what is missing and what to do, or None where the model is here."""
    if sentences.is_here:
        return None
    if sentences.is_own:
        return Message("sentence_model_folder_empty", {"folder": str(sentences.folder)})
    if settings.OFFLINE:
        return Message("sentence_model_forbidden", {"name": sentences.name})
    download = read_download(sentences.folder)
    if download and download.state is DownloadState.FETCHING and download.total:
        return download.progress("sentence_model_fetching")
    return Message("sentence_model_missing", {"name": sentences.name})


def _download_sentence_model(sentences: ModelFolder, show: Show) -> None:
    """Fetch the model from where an earlier attempt ended. Raises AlreadyFetching."""
    from fastembed import TextEmbedding

    repository = hub_repository(sentences.name, TextEmbedding.list_supported_models())
    with DownloadRecord(sentences.folder, DOWNLOAD_KIND, sentences.name, show) as record:
        record_outcome(record, lambda: download_snapshot(repository, sentences.folder, PATTERNS, record))


def _configured_model() -> ModelFolder:
    told = User.objects.filter(is_active=True).values_list("languages", flat=True)
    spoken = {code for codes in told for code in codes.replace(" ", "").split(",") if code}
    kept = _hub_model(MULTILINGUAL)
    if settings.EMBEDDING_MODEL == AUTO and kept.is_here:
        return kept  # it knows English too
    return resolve_model(settings.EMBEDDING_MODEL, settings.HOME / "models", spoken)


def _available_model() -> ModelFolder | None:
    """Return the sentence model to use: the chosen one, or the English one until `auto`'s is here, or None."""
    candidates = [_configured_model(), *([_hub_model(ENGLISH)] if settings.EMBEDDING_MODEL == AUTO else [])]
    return next((one for one in candidates if one.is_here and one.folder not in process_state.current.damaged), None)


def _hub_model(name: str) -> ModelFolder:
    return resolve_model(name, settings.HOME / "models", ())


def _load_sentence_model(model: str) -> SentenceModelEmbedder:
    """Load a model by its stored name: the one at hand, or another that was used before and is here still."""
    at_hand = _available_model()
    for sentences in filter(None, (at_hand, _hub_model(model))):
        if sentences.is_here and _stored_model_name(sentences) == model:
            try:
                return SentenceModelEmbedder(
                    sentences, threads=max(1, (os.cpu_count() or 1) // settings.WORKER_THREADS)
                )
            except Unavailable:
                process_state.current.damaged.add(sentences.folder)
                raise
    raise Unavailable("sentence_model_gone")


def configured_endpoint() -> Endpoint:
    """Return the endpoint of the settings, one a process: it remembers when to leave the machine alone."""
    url, key, model = asked = (settings.EMBEDDING_URL, settings.EMBEDDING_KEY, settings.EMBEDDING_MODEL)
    state = process_state.current
    with state.loading:
        if asked not in state.endpoints:
            state.endpoints[asked] = Endpoint(url, key=key, model=DEFAULT_MODEL if model == AUTO else model)
        return state.endpoints[asked]


def _graph_mtime_ns(sentences: ModelFolder) -> int:
    return (sentences.folder / (sentences.graph or "")).stat().st_mtime_ns


def _stored_model_name(sentences: ModelFolder) -> str:
    """Return its stored name, read from its files only where they are others."""
    names, version = process_state.current.stored_names, (sentences, _graph_mtime_ns(sentences))
    if version not in names:
        names[version] = sentences.stored_name
    return names[version]
