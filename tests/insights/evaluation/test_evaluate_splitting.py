"""`manage.py evaluate_splitting`: the figures, by the code that the pipeline runs, and that they do not fall."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from insights.core.embedding.wordllama import default_embedder
from insights.core.segmentation import boundary_model, request_kinds
from insights.core.segmentation.features import best_pair
from insights.core.segmentation.likeness import SentenceLikeness, sentence_likeness
from insights.evaluation.boundaries import boundary_figures, judge_boundaries
from insights.evaluation.boundary_fit import SplittingFit, boundary_example, fit_request_kinds
from insights.evaluation.memos import LabelledMemo, read_memos
from insights.evaluation.streams import StreamIdea
from insights.management.commands import fit_splitting
from transcription.core.words import Word

SETS = Path(__file__).parents[2] / "assets" / "splitting"
FITTED = SETS / "fitted"
WORDS = [Word(f" w{number}", number, number + 0.5, 1.0) for number in range(20)]


def evaluated(file: Path, **options: object) -> dict[str, float]:
    out = StringIO()
    call_command("evaluate_splitting", file, stdout=out, **options)
    told: dict[str, float] = json.loads(out.getvalue())
    return told


@pytest.mark.parametrize(
    ("name", "f1", "precision", "split"),
    [("hwu64-cues", 0.97, 0.97, 0.0), ("hwu64-no-cues", 0.89, 0.91, 0.0), ("mara", 0.92, 0.95, 0.0)],
)
def test_splitting_is_as_good_as_it_was(name: str, f1: float, precision: float, split: float) -> None:
    told = evaluated(SETS / f"{name}.jsonl")
    assert told["f1"] >= f1
    assert told["precision"] >= precision
    assert told["one_idea_memos_split"] <= split


def test_predictions_rest_on_words_and_text_alone(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (SETS / "mara.jsonl").read_text().splitlines()]
    blind = tmp_path / "blind.jsonl"
    blind.write_text("".join(json.dumps({**row, "bounds": [3], "either": []}) + "\n" for row in rows))
    for file in (SETS / "mara.jsonl", blind):
        evaluated(file, predictions=tmp_path / f"{file.stem}.out")
    assert (tmp_path / "mara.out").read_text() == (tmp_path / "blind.out").read_text()
    first = json.loads((tmp_path / "mara.out").read_text().splitlines()[0])
    assert first == {"id": rows[0]["id"], "bounds": rows[0]["bounds"]}


def test_a_boundary_within_two_words_is_right_and_stands_for_one() -> None:
    memo = LabelledMemo("x-1", WORDS, [10], [])
    assert judge_boundaries(memo, [8]) == (1, 0, 0)
    assert judge_boundaries(memo, [7]) == (0, 1, 1)
    assert judge_boundaries(memo, [9, 11]) == (1, 1, 0)


def test_where_both_answers_are_right_nothing_is_wrong() -> None:
    memo = LabelledMemo("x-1", WORDS, [], [10])
    assert judge_boundaries(memo, [10]) == judge_boundaries(memo, []) == (0, 0, 0)
    assert boundary_figures([memo], [[10]])["one_idea_memos_split"] == 0
    assert boundary_figures([memo], [[10]])["windowdiff"] == 0


def test_windows_disagree_where_a_boundary_is_missed() -> None:
    memo = LabelledMemo("x-1", WORDS, [10], [])
    right, missed = boundary_figures([memo], [[10]]), boundary_figures([memo], [[]])
    assert (right["pk"], right["windowdiff"], right["f1"]) == (0, 0, 1)
    # 15 windows of 5 words; 5 of them hold the boundary.
    assert missed["pk"] == missed["windowdiff"] == round(5 / 15, 4)
    assert (missed["precision"], missed["recall"]) == (None, 0)


@pytest.mark.parametrize("line", ["{", '{"id": "a", "text": "one two", "words": [[0, 1]]}', "[]"])
def test_a_line_that_is_no_memo_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text(line + "\n")
    with pytest.raises(CommandError, match="line 1"):
        evaluated(tmp_path / "broken.jsonl")


def test_a_memo_ends_where_its_line_ends_and_nowhere_else(tmp_path: Path) -> None:
    row = {"id": "a", "text": "One\u2028two\x85three.", "words": [[0, 1], [1, 2], [2, 3]], "bounds": []}
    file = tmp_path / "marks.jsonl"
    file.write_text(f"{json.dumps(row, ensure_ascii=False)}\n", encoding="utf-8")
    assert evaluated(file)["memos"] == 1
    file.write_bytes(json.dumps({**row, "text": "é two three."}, ensure_ascii=False).encode("latin-1"))
    with pytest.raises(CommandError, match="line 1"):
        evaluated(file)


def test_fitting_leaves_people_out_and_writes_what_splitting_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = boundary_model.boundary_weights()
    monkeypatch.setattr(boundary_model, "WEIGHTS_FILE", tmp_path / "weights.json")
    out = StringIO()
    call_command(fit_splitting.Command(), SETS / "hwu64-cues.jsonl", SETS / "mara.jsonl", stdout=out)
    assert [line.split(" | ")[1] for line in out.getvalue().splitlines()[2:]] == ["others", "all"] * 2
    assert boundary_model.boundary_weights().weights.keys() == before.weights.keys()
    assert boundary_model.boundary_weights() != before
    boundary_model.boundary_weights.cache_clear()


REQUESTS = [
    StreamIdea(f"{kind}-{thing}", text.format(thing), kind)
    for kind, text in (("music", "play some {}"), ("lists", "put {} on the shopping list"))
    for thing in ("jazz", "bread", "flutes", "lemons", "drums")
]


def likeness_of(said: list[str]) -> SentenceLikeness:
    return sentence_likeness(said, default_embedder(), default_embedder().background().common)


def test_requests_of_one_kind_are_known_and_written_beside_the_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boundary_model, "WEIGHTS_FILE", tmp_path / "weights.json")
    monkeypatch.setattr(request_kinds, "KINDS_FILE", tmp_path / "requests.npz")
    stream = tmp_path / "requests.jsonl"
    stream.write_text("".join(json.dumps(line._asdict()) + "\n" for line in REQUESTS))
    files = [SETS / "hwu64-cues.jsonl", SETS / "mara.jsonl"]
    call_command(fit_splitting.Command(), *files, requests=[stream], stdout=StringIO())
    kinds = request_kinds.request_kinds()
    request_kinds.request_kinds.cache_clear()
    boundary_model.boundary_weights.cache_clear()
    vectors = likeness_of(["play the violin", "play a song", "add milk to the list", "she slept badly"]).vectors
    one, same, other, _ = kinds.along(vectors)[:, None]
    once = np.ones((1, 1))
    assert kinds.same_kind(one, once, same, once) > 0 > kinds.same_kind(one, once, other, once)
    assert kinds.request_log_odds(vectors)[0] > kinds.request_log_odds(vectors)[3]
    assert kinds.request_log_odds(np.zeros_like(vectors)).tolist() == [0] * 4


def test_requests_are_told_apart_without_those_that_the_judged_memos_hold() -> None:
    heard = LabelledMemo("x-1", [Word("Play", 0, 1, 1.0), Word(" some", 1, 2, 1.0), Word(" jazz.", 2, 3, 1.0)], [], [])
    others = [line for line in REQUESTS if line.text != "play some jazz"]
    strangers = fit_request_kinds(REQUESTS, [], default_embedder(), unlike=[heard])
    without = fit_request_kinds(others, [], default_embedder())
    assert all(np.array_equal(one, other) for one, other in zip(strangers, without, strict=True))
    given = [boundary_example(heard, default_embedder())]
    assert SplittingFit(given, [], default_embedder()).kinds_without("x") is request_kinds.request_kinds()


def test_the_best_pair_across_a_place_is_within_two_sentences_of_it() -> None:
    whole = likeness_of(["play some jazz", "what is the time", "is it raining", "play a song", "call her"])
    kinds = request_kinds.request_kinds()
    placed, once = kinds.along(whole.vectors), np.ones((1, 1))
    pairs = {
        (one, other): kinds.same_kind(placed[one : one + 1], once, placed[other : other + 1], once)[0]
        for one in range(5)
        for other in range(one + 1, 5)
    }
    best = [
        max(
            pairs[one, other] for one in (place - 1, place) for other in (place + 1, place + 2) if (one, other) in pairs
        )
        for place in range(4)
    ]
    told = best_pair(placed, np.ones(5), kinds)
    assert np.allclose(told, best)


def test_memos_without_marks_keep_their_words_and_times() -> None:
    memo = LabelledMemo("x-1", [Word("It's", 0, 1, 1.0), Word(" here,", 1, 2, 1.0), Word(" —", 2, 3, 1.0)], [1], [])
    assert [word.text for word in memo.without_marks().words] == ["it's", " here", " —"]
    assert memo.without_marks().bounds == [1]


def test_a_stranger_is_judged_by_weights_of_others(tmp_path: Path) -> None:
    out = StringIO()
    file = SETS / "mara.jsonl"
    files = [SETS / "hwu64-cues.jsonl", file]
    call_command(fit_splitting.Command(), *files, plain=[file], dry_run=True, stdout=out)
    told = {tuple(line.split(" | ")[:2]) for line in out.getvalue().splitlines()[2:]}
    assert ("| mara, plain", "others") in told


@pytest.mark.parametrize(
    ("name", "f1", "precision", "split"),
    [
        ("hwu64-cues", 0.94, 0.92, 0.02),
        ("hwu64-no-cues", 0.915, 0.93, 0.04),
        ("hwu64-heard", 0.83, 0.9, 0.05),
        ("memos-punct", 0.64, 0.83, 0.02),
        ("memos-heard", 0.52, 0.81, 0.02),
    ],
)
def test_whole_sets_are_split_as_well_as_they_were(name: str, f1: float, precision: float, split: float) -> None:
    told = evaluated(FITTED / f"{name}.jsonl")
    assert told["f1"] >= f1
    assert told["precision"] >= precision
    assert told["one_idea_memos_split"] <= split


def test_a_person_is_a_group_and_what_is_nobodys_lies_in_fifths() -> None:
    assert {memo.group for memo in read_memos(SETS / "mara.jsonl")} == {"mara"}
    assert {memo.group for memo in read_memos(SETS / "hwu64-cues.jsonl")} == {"0", "1", "2", "3", "4"}
