"""From texts to vectors that lie close where the meaning does: a protocol and three engines. Pure."""

from insights.core.embedding.protocol import Background, Embedder, Unavailable, Vector, Vectors, from_bytes, to_bytes
from insights.core.embedding.wordllama import StaticWords, default

__all__ = [
    "Background",
    "Embedder",
    "StaticWords",
    "Unavailable",
    "Vector",
    "Vectors",
    "default",
    "from_bytes",
    "to_bytes",
]
