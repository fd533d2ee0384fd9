"""What commands for development share: the model that is asked for, and what they say where a package is missing."""

from importlib.util import find_spec

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from insights.core.embedding.catalogue import resolve_model
from insights.core.embedding.protocol import Embedder, Unavailable
from insights.core.embedding.sentence_model import SentenceModelEmbedder
from insights.core.embedding.wordllama import default_embedder
from insights.error_text import describe_problem

STATIC = "wordllama"
"""What the vectors that are always here are called on the command line."""
INSTALL = ".venv/bin/pip install --require-hashes -r requirements-dev.txt"


def require_scikit_learn() -> None:
    """Raise CommandError, saying what to type, where scikit-learn is not installed: the service runs without it."""
    if find_spec("sklearn") is None:
        raise CommandError(f"This command measures and fits by scikit-learn, which is not installed. Type: {INSTALL}")


def add_model_argument(parser: CommandParser) -> None:
    """Add --model, which `embedder_for_command` understands."""
    parser.add_argument(
        "--model",
        default=STATIC,
        metavar="NAME",
        help=f"whose vectors: {STATIC}, a folder, or a model of the hub that was fetched before (nothing is fetched)",
    )


def embedder_for_command(model: str) -> Embedder:
    """Return the embedder of a name that was typed. Raises CommandError where it is not on this machine."""
    if model == STATIC:
        return default_embedder()
    folder = resolve_model(model, settings.HOME / "models", {"en"})
    if not folder.is_here:
        raise CommandError(f"There is no sentence model {folder.name} in {folder.folder}.")
    try:
        return SentenceModelEmbedder(folder, threads=1)
    except Unavailable as problem:
        raise CommandError(describe_problem(problem.message)) from problem
