"""Whatever a stranger sends has a verdict that a person can read, soon, and nothing else comes of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.demo.sample_memos import MEMOS
from tests.support.hostile.files import TEXTS, flipped, hostile
from tests.support.hostile.verdicts import NOT_TAKEN, Verdict, verdict
from transcription.core.decoding.containers import DEMUXERS

AT_MOST_SECONDS = 30.0


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    folder = tmp_path_factory.mktemp("hostile")
    files = dict(hostile("/etc/hostname", "http://127.0.0.1:9/secret.wav"))
    with ThreadPoolExecutor(2) as readers:
        read = {
            name: readers.submit(verdict, folder / str(number), content)
            for number, (name, content) in enumerate(files.items())
        }
    return {name: future.result() for name, future in read.items()}


def test_each_has_its_verdict_and_none_kills_the_decoder(verdicts: dict[str, Verdict]) -> None:
    assert len(verdicts) > 90
    assert [name for name, found in verdicts.items() if found.died] == []
    for name, found in verdicts.items():
        assert all(said == NOT_TAKEN or said[-1] == "." or said.startswith("damaged: ") for said in found.sentences), (
            name
        )
        assert found.wall_seconds < AT_MOST_SECONDS, name


def test_what_is_no_recording_is_not_taken(verdicts: dict[str, Verdict]) -> None:
    assert {name for name in ("empty", "zeros", "noise", *TEXTS) if verdicts[name].sentences != [NOT_TAKEN]} == set()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("FLAC that announces days", "damaged: 3 of 1431656 s could be read"),
        ("MP3 that announces years", "damaged: 3 of 103079215 s could be read"),
        ("WAV that announces hours", "damaged: 3 of 22184 s could be read"),
        ("WAV of one sample a second", "It could not be read as audio: it has too few samples a second for speech."),
        (
            "m4a over zeros",
            "It could not be read as audio: it is damaged, and breaks off before the list of where its sound lies.",
        ),
        ("wav over zeros", "damaged: 1 of 3 s could be read"),
        ("reference movie", "It could not be read as audio: there is no sound in it."),
    ],
)
def test_people_are_told_what_is_wrong(name: str, said: str, verdicts: dict[str, Verdict]) -> None:
    assert verdicts[name].sentences == [said]


@pytest.mark.parametrize("kind", DEMUXERS)
def test_a_list_is_followed_by_no_demuxer(kind: str, tmp_path: Path) -> None:
    """Not even where the sniffing were wrong: what it points to could be read, and is not."""
    secret = MEMOS / "memo-001.ogg"
    for text in ("ffconcat", "playlist", "concat"):
        content = TEXTS[text].format(path=secret, url="http://127.0.0.1:9/").encode()
        assert verdict(tmp_path / "list", content, kind).readable_seconds < 0.5


def test_flipping_is_the_same_each_time() -> None:
    import random

    assert flipped(bytes(100), random.Random(1), 5) == flipped(bytes(100), random.Random(1), 5) != bytes(100)
