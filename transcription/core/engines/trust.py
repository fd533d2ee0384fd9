"""How much of its window Whisper needs, and whether what it heard in a short one can be trusted."""

WINDOW, FLOOR, MARGIN = 3000, 1000, 128
"""Frames of 10 ms: Whisper's window, the least that is listened to, and what is left behind the audio."""
REPETITIVE = 2.4
"""Compression ratio above which Whisper repeats itself (Radford et al. 2022, section 4.5)."""
UNSURE = -1.0
"""Mean log-probability of a segment's tokens below which Whisper's own decoding counts as failed (ibid.)."""
UNSURE_LANGUAGE = 0.5
"""Probability below which faster-whisper, too, goes on looking for the language."""
TOKENS_A_SECOND, TOKENS_AT_ONCE = 10, 5
"""More than this nobody speaks: fast English is 6 to 7 tokens a second. Where a script takes more of them, the padded
window decides, and only time is lost."""
LOOP = 3
"""So many times the same words at the end of a text are taken for a decoder that does not find it."""


def frames_needed(frames: int) -> int:
    """Return how many frames the encoder is to get for so many that hold audio; an even number, for it halves them."""
    return min(WINDOW, max(FLOOR, frames + frames % 2 + MARGIN))


def is_trusted(
    text: list[int], *, seconds: float, has_ended: bool, compression_ratio: float, mean_log_probability: float
) -> bool:
    """Return whether what was heard in a short window can be taken for what was said.

    text: its tokens, without timestamps; where there are none, quiet speech may have gone unheard. seconds: of audio in
    the window. has_ended: whether decoding found the end of the text before its limit.
    """
    return (
        has_ended
        and 0 < len(text) <= TOKENS_AT_ONCE + TOKENS_A_SECOND * seconds
        and compression_ratio <= REPETITIVE
        and mean_log_probability >= UNSURE
        and not ends_in_a_loop(text)
    )


def ends_in_a_loop(text: list[int]) -> bool:
    """Return whether it ends in the same tokens LOOP times over."""
    return any(text[-LOOP * size :] == text[-size:] * LOOP for size in range(1, len(text) // LOOP + 1))
