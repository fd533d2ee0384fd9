"""Which clips of real people a demo takes."""

import json
from pathlib import Path

from config.demo.sample_memos import CLIPS, Samples


def clip(group: str, number: int, **other: object) -> dict[str, object]:
    row = {"file": f"{group}-{number:02}.ogg", "group": group, "language": "en", "text": "words", "seconds": 5.0}
    return row | other


def test_some_english_clips_of_each_corpus_in_turn(tmp_path: Path) -> None:
    rows = [clip(group, number) for group in ("a", "b") for number in range(CLIPS)]
    rows += [clip("c", 0, language="fr"), clip("d", 0, seconds=60.0), clip("e", 0, text=""), clip("f", 0)]
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)))
    samples = Samples(tmp_path)
    names = [sample.name for sample in samples.people]
    assert len(names) == CLIPS
    assert names[:5] == ["a-00", "b-00", "f-00", "a-01", "b-01"]
    assert all(sample.is_spoken for sample in samples.people)
    assert len(samples.all) == len(samples.own) + CLIPS


def test_without_a_folder_the_projects_own_are_all() -> None:
    samples = Samples()
    assert samples.all == samples.own
    assert len(samples.own) == 55
