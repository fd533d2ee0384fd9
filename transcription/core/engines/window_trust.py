"""Whether what was heard in a short window can be taken for what was said."""

from collections.abc import Sequence

from transcription.core.warnings.hallucination import REPETITIVE, UNSURE

MAX_TOKENS_PER_SECOND, MAX_TOKENS_AT_ONCE = 10, 5
"""More than this nobody speaks: fast English is 6 to 7 tokens a second. Where a script takes more of them, the padded
window decides, and only time is lost."""
LOOP_REPETITIONS, TWICE = 3, 2
"""So many times the same words at the end of a text are taken for a decoder that does not find it; in a window with
hardly any room behind the audio it says all of it twice."""


def most_tokens(seconds: float) -> float:
    """Return how many tokens of text anybody can say in so many seconds."""
    return MAX_TOKENS_AT_ONCE + MAX_TOKENS_PER_SECOND * seconds


def is_trusted(
    text: list[int], *, seconds: float, has_ended: bool, compression_ratio: float, mean_log_probability: float
) -> bool:
    """Return whether what was heard in a short window can be taken for what was said.

    text: its tokens, without timestamps; where there are none, quiet speech may have gone unheard. seconds: of audio in
    the window. has_ended: whether decoding found the end of the text before its limit.
    """
    return (
        has_ended
        and 0 < len(text) <= most_tokens(seconds)
        and compression_ratio <= REPETITIVE
        and mean_log_probability >= UNSURE
        and not ends_in_a_loop(text)
    )


def ends_in_a_loop(text: Sequence[int | str], repetitions: int = LOOP_REPETITIONS) -> bool:
    """Return whether it ends in the same tokens, or words, so many times over."""
    said = list(text)
    return any(
        said[-repetitions * size :] == said[-size:] * repetitions for size in range(1, len(said) // repetitions + 1)
    )
