"""How well a name fits one topic and no other, by what it means. Pure."""

from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from insights.core.embedding.protocol import SENTENCES, Vectors, unit
from insights.core.topics.index import TopicIndex
from insights.core.topics.naming import Fits
from insights.core.topics.tokens import stems

SHARPNESS = 5.0
"""How much more a topic counts that is nearer to a name: at 5 one that is nearer by 0.1 counts 1.6 times as much.

At 5, 10 and 20 it was 0.76, 0.74 and 0.73 of names that found their label (evaluate_topics --names) by MiniLM, and
0.73, 0.70 and 0.70 by WordLlama. What all ideas have in common is left in: without it, it was 0.03 less at each.
"""
CENTRE_MEMBERS = 32
"""Members, the latest, by which another topic is known here."""
SILENT_SHARE, SILENT_MEMBERS = 0.3, 64
"""How much of a name's nearness to its topic is that to the ideas, of so many, the latest, that do not say it: a name
is always near to the idea that it is taken from. Vectors of words alone find what is silent by chance: there it is 0,
as 0.71 of names find their label with this by WordLlama, and 0.73 without; by MiniLM 0.752, and 0.744 without.
"""


def fit_in_index(index: TopicIndex, members: Sequence[int], embed: Callable[[Sequence[str]], Vectors]) -> Fits:
    """Return what tells how well names fit these ideas, by their positions, beside all topics without them.

    embed: of the model whose vectors the index has.
    """
    vectors = index.space.vectors.all
    topics = [vectors[some].mean(axis=0) for some in (list(members), *_other_members(index, members))]
    # Where there is no other topic yet, a name is to say more than the language's commonest words do.
    centres = np.stack([*topics, index.space.background.common])

    if index.space.background.kind != SENTENCES:
        return lambda names: contrast(embed(names), centres)
    latest = list(members)[-SILENT_MEMBERS:]
    own, said = vectors[latest], [set(index.traits.stems.at(position)[0].tolist()) for position in latest]

    def fits(names: Sequence[str]) -> NDArray[np.float64]:
        meant = embed(names)
        silent = unit(np.array([_is_silent(said, name) for name in names], dtype=np.float32) @ own)
        nearer = np.vecdot(meant, silent) - meant @ unit(centres[:1])[0]
        found: NDArray[np.float64] = contrast(meant, centres) + SILENT_SHARE * nearer
        return found

    return fits


def _is_silent(said: Sequence[Collection[int]], name: str) -> list[bool]:
    """Return for each idea whether it does not say all the words of a name; where each does, all count. said: stems."""
    words = set(stems(dict.fromkeys(name.lower().split(), 1.0)).hashes.tolist()) & set().union(*said)
    silent = [not words.issubset(has) for has in said]
    return silent if any(silent) else [True] * len(said)


def _other_members(index: TopicIndex, members: Sequence[int]) -> Iterator[list[int]]:
    """Yield the latest members of each topic that has others than these."""
    own = set(members)
    torn = set(index.rows.all[list(members)].tolist())
    for topic in index.topics.values():
        others = [position for position in topic.members if position not in own] if topic.row in torn else topic.members
        if others:
            yield others[-CENTRE_MEMBERS:]


def contrast(names: Vectors, centres: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how near each name is to the first of these topics, less how near it is to all of them, shape (n,).

    names: shape (n, d). centres: of the topics, shape (t, d). Nearness is a cosine; to all topics it is the logarithm
    of the mean exponential over SHARPNESS, which lies between the mean and the greatest.
    """
    near = names.astype(np.float64) @ unit(centres).T
    overall: NDArray[np.float64] = np.log(np.exp(SHARPNESS * near).mean(axis=1)) / SHARPNESS
    return near[:, 0] - overall
