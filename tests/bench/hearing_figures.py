"""The figures of hearing that have a goal, each beside its peer, of what hearing.py measured."""

from collections.abc import Iterator

from tests.bench.clips import are_here
from tests.bench.figures import Figure
from tests.bench.hearing import OURS, PLAIN, PLAIN_VAD, Heard, Results, by, keep_results, measure, model_folder, sums

SHORT_SECONDS, TIMES_LESS = 10.0, 5.0
CORPUS_WORDS = 500
"""Words of a corpus from which its own error rate tells something."""
WORSE_AT_MOST, LONG_WORSE_AT_MOST = 0.2, 0.5
"""Points of word error rate."""
TEXT_SHARE, UNMARKED_SHARE, LOST_CLIPS_SHARE, LOST_WORDS_SHARE = 4.0, 0.0, 0.5, 1.0
"""Percent: sounds in which words are written, of these unmarked ones, clips lost, words lost more than by the peer."""


def figures() -> Iterator[Figure]:
    """Measure, keep all that was heard, and yield each figure."""
    if not are_here():
        print("No clips: hearing is left out. SPEECH_CLIPS names the folder with their manifest.jsonl.")
        return
    found = measure(model_folder())
    keep_results(found)
    yield from figures_of(found)


def figures_of(found: Results) -> Iterator[Figure]:
    """Yield the figures that have a goal, each beside its peer."""
    yield from _exactness(found)
    yield from _nobody(found)
    yield from _work(found)
    for name, ways in found.versions.items():
        own, plain = sums(ways[OURS]), sums(ways[PLAIN])
        more = 100 * (own.missing - plain.missing) / max(own.words, 1)
        yield Figure(
            f"words lost at {name}",
            100 * own.missing / max(own.words, 1),
            "%",
            f"{100 * plain.missing / max(own.words, 1):.2f} % plain",
            goal=f"at most {LOST_WORDS_SHARE:.0f} points more",
            met=more <= LOST_WORDS_SHARE,
        )
    names = {one.name for one in found.long}
    english = sums(one for one in found.speech[OURS] if one.language == "en")
    whole = sums(found.long)
    yield Figure(
        f"WER of {len(names)} recordings of 10 minutes",
        whole.error_rate,
        "%",
        f"{english.error_rate:.2f} % their clips alone",
        goal=f"at most {LONG_WORSE_AT_MOST} more",
        met=whole.error_rate <= english.error_rate + LONG_WORSE_AT_MOST,
    )


def _exactness(found: Results) -> Iterator[Figure]:
    for label, key in (("all", lambda _one: "all"), ("language", _language), ("corpus", _corpus)):
        own = by(found.speech[OURS], key)
        peers = [by(found.speech[way], key) for way in (PLAIN, PLAIN_VAD)]
        for name, mine in own.items():
            rates = [peer[name].error_rate for peer in peers]
            said = " / ".join(f"{rate:.2f}" for rate in rates)
            has_goal = label != "language" and (label == "all" or mine.words > CORPUS_WORDS)
            most = min(rates) + (WORSE_AT_MOST if label == "corpus" else 0.0)
            yield Figure(
                f"WER, {name} ({mine.words} words)",
                mine.error_rate,
                "%",
                f"{said} % plain / with VAD",
                goal=f"at most {most:.2f}" if has_goal else "",
                met=mine.error_rate <= most if has_goal else None,
            )


def _language(heard: Heard) -> str:
    return heard.language


def _corpus(heard: Heard) -> str:
    return heard.group


def _nobody(found: Results) -> Iterator[Figure]:
    speech = {way: sums(heard) for way, heard in found.speech.items()}
    sounds = {way: sums(heard) for way, heard in found.sounds.items()}
    own = speech[OURS]
    peers = f"{speech[PLAIN].invented} / {speech[PLAIN_VAD].invented} plain / with VAD"
    yield Figure("clips with words invented at their end", own.invented, "", peers)
    peers = f"{speech[PLAIN].lost} / {speech[PLAIN_VAD].lost} plain / with VAD"
    lost = 100 * own.lost / max(own.recordings, 1)
    yield Figure("clips lost", lost, "%", peers, goal=f"at most {LOST_CLIPS_SHARE} %", met=lost <= LOST_CLIPS_SHARE)
    for name, counts, most in (("text", "texts", TEXT_SHARE), ("unmarked text", "unmarked", UNMARKED_SHARE)):
        share = {way: 100 * getattr(one, counts) / max(one.recordings, 1) for way, one in sounds.items()}
        yield Figure(
            f"sounds with {name}",
            share[OURS],
            "%",
            f"{share[PLAIN]:.1f} / {share[PLAIN_VAD]:.1f} % plain / with VAD",
            goal=f"at most {most:.0f} %",
            met=share[OURS] <= most,
        )


def _work(found: Results) -> Iterator[Figure]:
    clips = {way: found.speech[way] for way in (OURS, PLAIN)}
    for name, least, heard in (
        (
            f"clips under {SHORT_SECONDS:.0f} s",
            TIMES_LESS,
            {way: [one for one in rows if one.seconds < SHORT_SECONDS] for way, rows in clips.items()},
        ),
        (
            "longer clips",
            1.0,
            {way: [one for one in rows if one.seconds >= SHORT_SECONDS] for way, rows in clips.items()},
        ),
        ("sounds", 1.0, found.sounds),
    ):
        own, peer = sums(heard[OURS]), sums(heard[PLAIN])
        yield Figure(
            f"CPU seconds a second, {name}",
            own.work,
            "",
            "plain" + (" (kept)" if peer.kept else ""),
            own.work / peer.work,
            f"{least:.0f} times less" if least > 1 else "no more",
            own.work * least <= peer.work,
        )
