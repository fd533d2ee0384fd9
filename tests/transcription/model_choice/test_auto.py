"""`auto` takes what this machine hears twice as fast as people speak, and says why."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import Settings

from transcription.core.engines.compute_device import GPU, ComputeDevice
from transcription.error_text import sentence_of
from transcription.model_choice import auto, benchmark, hub, registry
from transcription.model_choice.auto import MAX_WORK_FACTOR, Machine, SpeedFile, best_model, work_factor
from transcription.model_choice.benchmark import Speed
from transcription.model_choice.registry import engine_finding, engine_problem, measure_machine
from transcription.model_choice.sizes import SIZES

GB = 1e9
FAST, USUAL, SLOW = Speed(0.02, 0.0002), Speed(0.25, 0.0025), Speed(8.0, 0.08)
HERE = Machine("some processor", 2, 23, 0, 1)


@pytest.mark.parametrize(
    ("speed", "memory", "name"),
    [
        (FAST, 64 * GB, "large-v3"),
        (FAST, 6 * GB, "large-v3-turbo"),
        (USUAL, 24 * GB, "medium"),
        (USUAL, 4 * GB, "small"),
        (Speed(0.8, 0.008), 24 * GB, "small"),
        (Speed(3.0, 0.03), 24 * GB, "base"),
        (SLOW, 24 * GB, "tiny"),
        (FAST, 0.5 * GB, "tiny"),
    ],
)
def test_the_most_exact_model_that_is_fast_and_small_enough(speed: Speed, memory: float, name: str) -> None:
    chosen = best_model(speed, memory)
    assert chosen.name == name
    larger = list(SIZES)[list(SIZES).index(name) + 1 :]
    assert all(
        work_factor(SIZES[other], speed) > MAX_WORK_FACTOR or SIZES[other].peak_bytes > memory / 2 for other in larger
    )


def test_it_says_why_and_what_the_next_one_would_cost() -> None:
    assert sentence_of(best_model(USUAL, 24 * GB).why) == (
        "this machine hears with it at 2.5 times the pace of speech, in 2.6 GB of memory; "
        "the next larger one (large-v3-turbo) would be at 1.7 times, in 2.7 GB"
    )
    assert sentence_of(best_model(FAST, 64 * GB).why).endswith("there is none larger")
    assert "there is none smaller" in sentence_of(best_model(Speed(60.0, 0.6), 64 * GB).why)


def test_work_grows_as_models_do() -> None:
    encodings, tokens = [size.encoding for size in SIZES.values()], [size.token for size in SIZES.values()]
    assert encodings == sorted(encodings)
    assert tokens[4] < tokens[3] < tokens[5], "turbo has the encoder of large and hardly a decoder"
    assert work_factor(SIZES["tiny"], Speed(3.0, 0.0)) == pytest.approx(0.1)


def test_the_machine_is_timed_once_and_again_when_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def run(command: list[str], **_: object) -> object:
        runs.append(command[-1])
        return type("Ended", (), {"stdout": json.dumps(USUAL._asdict())})

    timing = SpeedFile(tmp_path / "speed.json")
    assert timing.speed() is None
    monkeypatch.setattr("subprocess.run", run)
    assert timing.measure(HERE)
    assert timing.speed() == USUAL
    assert timing.is_of(HERE)
    assert not timing.is_of(HERE._replace(memory_gib=46))
    assert not timing.is_of(HERE._replace(threads=2))
    assert runs == ["1"]
    timing.path.write_text('{"speed": {"encoding": "fast"}}')
    assert timing.speed() is None


def test_a_timing_that_fails_leaves_the_choice_to_memory_and_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auto, "HOUSE", tmp_path)
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    assert not SpeedFile(tmp_path / "speed.json").measure(HERE)
    choice = hub.choose_model("auto", tmp_path, None)
    assert choice.name in {"tiny", "base", "small"}
    assert choice.why
    assert "not timed" in sentence_of(choice.why)


def here(models: Path, *names: str) -> None:
    for name in names:
        (models / name).mkdir(parents=True)
        for file in ("model.bin", "config.json"):
            (models / name / file).touch()


@pytest.mark.parametrize(
    ("fetched", "used"),
    [([], "medium"), (["tiny", "small"], "small"), (["medium", "small"], "medium"), (["large-v3"], "large-v3")],
)
def test_until_the_best_model_is_here_the_nearest_is_used(
    fetched: list[str], used: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(total=16 * 1024**3))
    here(tmp_path, *fetched)
    chosen = hub.choose_model("auto", tmp_path, Speed(0.25, 0.0025))
    assert chosen.name == "medium"
    choice = hub.usable_model(chosen, tmp_path)
    assert choice.name == used
    assert choice.why
    assert ("manage.py model fetches it" in sentence_of(choice.why)) == (used != "medium")


def test_the_first_start_times_the_machine_and_tells_what_it_chose(settings: Settings, tmp_path: Path) -> None:
    settings.HOME, settings.WHISPER_MODEL, settings.OFFLINE = tmp_path, "auto", True
    chosen = measure_machine()
    assert chosen
    told = sentence_of(chosen)
    assert told.startswith("The Whisper model that suits this machine is “")
    assert "times the pace of speech" in told
    assert measure_machine() is None
    assert json.loads((tmp_path / "speed.json").read_text())["speed"]["token"] > 0
    name = told.split("“")[1].split("”")[0]
    assert name in str(engine_problem())
    here(tmp_path / "models", name)
    is_well, finding = engine_finding()
    assert is_well
    assert sentence_of(finding).startswith(f"“{name}” is here (auto: this machine hears with it at ")


def test_a_model_that_is_named_needs_no_timing(settings: Settings, tmp_path: Path) -> None:
    settings.HOME, settings.WHISPER_MODEL = tmp_path, "small"
    assert measure_machine() is None
    assert not (tmp_path / "speed.json").exists()


def test_the_layers_that_are_timed_are_the_smallest_models() -> None:
    spec = benchmark._spec(SIZES["tiny"])
    weights: list[Any] = [value for value in spec.variables().values() if not isinstance(value, str)]
    assert sum(array.numpy().size for array in weights) == pytest.approx(SIZES["tiny"].millions * 1e6, rel=0.1)


def test_a_gpu_that_cannot_be_used_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(threads: int, device: ComputeDevice) -> Speed:
        if device.name == GPU:
            raise RuntimeError("libcublas.so is not found")
        return USUAL

    monkeypatch.setattr(benchmark, "this_machines_device", lambda: ComputeDevice(GPU, "float16"))
    monkeypatch.setattr(benchmark, "measure_speed", measure)
    assert benchmark.measure_usable(1) == USUAL


def test_a_model_that_is_asked_for_by_name_is_fetched_by_name(settings: Settings, tmp_path: Path) -> None:
    settings.HOME, settings.OFFLINE = tmp_path, False
    problem = engine_problem("large-v3")
    assert problem
    assert "type .venv/bin/python manage.py model large-v3;" in sentence_of(problem)
    assert engine_problem() is None
    here(tmp_path / "models", "large-v3")
    assert engine_problem("large-v3") is None


def test_two_models_are_kept_loaded_and_the_older_one_is_let_go(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []

    def load(choice: hub.ModelChoice) -> object:
        loads.append(choice.name)
        return object()

    pool = registry.EnginePool()
    monkeypatch.setattr(registry, "_load_whisper", load)
    settings.HOME, settings.WHISPER_MODEL = tmp_path, "small"
    first = pool.load()
    pool.load("medium")
    assert pool.load() is first
    pool.load("large-v3")
    assert pool.load() is first
    pool.load("medium")
    assert loads == ["small", "medium", "large-v3", "medium"]
    assert len(pool.loaded()) == registry.MAX_LOADED_MODELS
