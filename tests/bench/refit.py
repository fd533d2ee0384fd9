"""What placing is held against: BERTopic at its defaults, which finds the topics of all ideas anew.

Run by `refits.py` in an environment of its own: it knows nothing of ours. Takes a file of vectors (n, d) and one of
texts, a line each; prints what fitting them cost, in seconds of CPU.
"""

import sys
import time
from pathlib import Path

import numpy as np
from bertopic import BERTopic  # type: ignore[import-not-found]

WARMED_BY = 300
"""Ideas that are fitted first, for nothing: numba compiles what it needs by them."""


def main(vectors_file: str, texts_file: str) -> None:
    """Fit, and print what that cost."""
    vectors, texts = np.load(vectors_file), Path(texts_file).read_text(encoding="utf-8").splitlines()
    BERTopic().fit_transform(texts[:WARMED_BY], embeddings=vectors[:WARMED_BY])
    begun = time.process_time()
    BERTopic().fit_transform(texts, embeddings=vectors)
    print(time.process_time() - begun)


if __name__ == "__main__":
    main(*sys.argv[1:])
