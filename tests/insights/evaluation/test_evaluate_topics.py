"""`manage.py evaluate_topics`: figures that do not fall, what was shown, and labels that are not looked at."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from insights.core.embedding.wordllama import default_embedder
from insights.evaluation.average_link import linked_topics
from insights.evaluation.first_fortnight import fortnight_figures
from insights.evaluation.review_simulation import ReviewAnswer, review_figures
from insights.evaluation.scoring import agreement
from insights.evaluation.streams import StreamIdea
from insights.management import development
from tests.support.idea_features import THEMES, made_up
from tests.support.random_sentence_model import write_random_sentences

STREAMS = Path(__file__).parents[2] / "assets" / "topics"


def evaluated(capsys: pytest.CaptureFixture[str], file: Path, **options: Any) -> dict[str, Any]:
    call_command("evaluate_topics", file, **options)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_quality_does_not_fall(capsys: pytest.CaptureFixture[str]) -> None:
    plain = evaluated(capsys, STREAMS / "hwu64-200-11.jsonl")
    assert plain["ami"] > 0.74
    assert plain["unsorted"] < 0.08
    assert plain["moved"] == 0
    person = evaluated(capsys, STREAMS / "mara.jsonl", review=True)
    assert person["ami"] > 0.45
    review = person["review"]
    assert review["hit1"] > 0.58
    assert review["hit3"] > 0.8
    assert review["taps"] < review["plain"]["taps"] - 0.1
    assert review["calibration_error"] < 0.2


def test_names_lead_back_to_their_labels(capsys: pytest.CaptureFixture[str]) -> None:
    told = evaluated(capsys, STREAMS / "hwu64-office-200-21.jsonl", names="wordllama")["names"]
    assert told["topics"] == 12
    assert told["found_first"] > 0.6
    assert told["found_first_as_they_grow"] > 0.45
    assert told["changes_a_topic"] < 1.4
    assert told["names"]["alarm_remove"][1]


def test_what_is_shown_can_be_followed_and_labels_change_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ideas = lines(STREAMS / "hwu64-200-11.jsonl")[:100]
    labels = [idea["label"] for idea in ideas]
    random.Random(1).shuffle(labels)
    told = []
    for name, known in (
        ("true", ideas),
        ("scrambled", [{**i, "label": x} for i, x in zip(ideas, labels, strict=True)]),
    ):
        stream = tmp_path / f"{name}.jsonl"
        stream.write_text("\n".join(json.dumps(idea) for idea in known))
        out = tmp_path / f"{name}.out"
        figures = evaluated(capsys, stream, assignments=out)
        told.append(lines(out))
    assert told[0] == told[1]
    shown: dict[str, Any] = {}
    stays: dict[Any, Any] = {}
    for change in told[0]:
        if "merge" in change:
            kept, gone = change["merge"]
            stays[gone] = kept
            continue
        before = shown.get(change["id"])
        while before in stays:
            before = stays[before]
        assert before is None or before == change["topic"], "moved from one topic to another"
        shown[change["id"]] = change["topic"]
    assert len(shown) == figures["ideas"] == 100
    assert len({topic for topic in shown.values() if topic is not None}) == figures["topics"]


def test_suggestions_are_as_they_stood_before_the_review(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ideas = lines(STREAMS / "mara.jsonl")[:30]
    stream, out = tmp_path / "some.jsonl", tmp_path / "out.jsonl"
    stream.write_text("\n".join(json.dumps(idea) for idea in ideas))
    review = evaluated(capsys, stream, suggestions=out)["review"]
    told = lines(out)
    assert [one["id"] for one in told] == [idea["id"] for idea in ideas]
    seen: set[str] = set()
    right = []
    for one, idea in zip(told, ideas, strict=True):
        assert set(one["labels"]) <= seen
        assert len(one["labels"]) <= 3
        if idea["label"] in seen:
            right.append(one["labels"][:1] == [idea["label"]])
        seen.add(idea["label"])
    assert review["hit1"] == pytest.approx(sum(right) / len(right), abs=1e-4)


def test_taps_are_counted_as_the_issue_says() -> None:
    first, third, none, new = (ReviewAnswer(list("abc"), label, label == "z") for label in "acxz")
    assert [answer.taps for answer in (first, third, none, new)] == [0, 1, 2, 1]
    assert review_figures([first, third, none, new]) == {"hit1": 0.3333, "hit3": 0.6667, "taps": 1.0}


@pytest.mark.parametrize(
    "line", ["{", '{"id": 1, "text": "no label"}', '["a list"]', '{"id":1,"text":"","label":"","at":"?"}']
)
def test_a_line_that_is_no_idea_is_named(line: str, tmp_path: Path) -> None:
    stream = tmp_path / "bad.jsonl"
    stream.write_text(f'{{"id": 0, "text": "well", "label": "good"}}\n{line}')
    with pytest.raises(CommandError, match="Line 2"):
        call_command("evaluate_topics", stream)


def test_an_empty_stream_has_figures_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stream = tmp_path / "empty.jsonl"
    stream.write_text("")
    figures = evaluated(capsys, stream, review=True)
    assert figures["ideas"] == 0
    assert figures["review"]["calibration_error"] == 0


def test_a_line_ends_where_json_lines_end_and_nowhere_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stream = tmp_path / "marks.jsonl"
    idea = json.dumps({"id": 1, "text": "one\u2028two\x85three", "label": "a"}, ensure_ascii=False)
    stream.write_text(f"{idea}\r\n\n{idea}\n", encoding="utf-8", newline="")
    assert evaluated(capsys, stream)["ideas"] == 2


def test_a_stream_that_is_no_utf_8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    stream = tmp_path / "latin.jsonl"
    stream.write_bytes('{"id": 1, "text": "Käse", "label": "a"}'.encode("latin-1"))
    with pytest.raises(CommandError, match="Line 1"):
        call_command("evaluate_topics", stream)


def test_without_scikit_learn_it_says_in_a_sentence_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(development, "find_spec", lambda _name: None)
    for command, file in (("evaluate_topics", tmp_path / "any.jsonl"), ("fit_splitting", tmp_path / "any.jsonl")):
        with pytest.raises(CommandError, match=r"requirements-dev\.txt"):
            call_command(command, file)


def test_what_the_demo_scores_by_needs_no_package_of_development() -> None:
    program = "import sys; sys.modules['sklearn'] = None; from insights.evaluation.scoring import v_measure; "
    asked = subprocess.run(
        [sys.executable, "-c", program + "print(v_measure('aab', 'xxy'))"], capture_output=True, check=True
    )
    assert float(asked.stdout) == 1


def test_any_model_that_is_on_this_machine_is_measured_and_none_is_fetched(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stream = tmp_path / "some.jsonl"
    stream.write_text("\n".join(json.dumps(idea) for idea in lines(STREAMS / "mara.jsonl")[:12]))
    folder = write_random_sentences(tmp_path / "own")
    figures = evaluated(capsys, stream, model=str(folder), average_link=True)
    assert figures["model"].startswith("own ")
    assert 0 <= figures["average_link"]["v_measure"] <= 1
    with pytest.raises(CommandError, match="There is no sentence model somebody/model"):
        call_command("evaluate_topics", stream, model="somebody/model")


def test_average_linkage_finds_what_is_plainly_there() -> None:
    found = linked_topics([made_up(n, THEMES[n % 3], seed=n) for n in range(30)])
    assert None not in found
    assert agreement([n % 3 for n in range(30)], found).ami > 0.8
    assert linked_topics([]) == []


def test_a_first_fortnight_leaves_little_to_do_where_topics_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    fortnight = evaluated(capsys, STREAMS / "hwu64-fortnight-45-21.jsonl", fortnight=True)["fortnight"]
    assert fortnight.keys() == {"nothing_named", "five_named"}
    for figures in fortnight.values():
        assert figures["unsorted"] < 0.4  # ten of its 45 ideas are one-offs
        assert figures["wrongly_placed"] < 0.15
        assert figures["taps"] < 0.6


def test_the_taps_of_a_fortnight_are_those_to_the_persons_own_order() -> None:
    texts = ("The boat leaks at the stern.", "Ask the bank about the loan.", "Rain tomorrow, all day long.")
    alone = [StreamIdea(str(n), text, f"label {n}") for n, text in enumerate(texts)]
    figures = fortnight_figures(alone, default_embedder())
    assert figures == (1.0, 0.0, 1.0), "each opens a topic of its own, by one tap"
    assert fortnight_figures([], default_embedder()) == (0.0, 0.0, 0.0)
