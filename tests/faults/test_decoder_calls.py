"""What the decoding child asks of the kernel, under strace: no file is opened and no socket made by it."""

import subprocess
import sys
from pathlib import Path

import pytest

from capture.core.audio_types import HEAD_BYTES, sniff
from tests.support.faults.counts import either, figure
from tests.support.faults.fuzzing import mutants
from tests.support.faults.strace import Call
from tests.support.faults.tracing import strace, written_down
from tests.support.hostile.files import TEXTS, hostile

pytestmark = pytest.mark.alone

OPENING = (
    "open",
    "openat",
    "openat2",
    "creat",
    "socket",
    "socketpair",
    "connect",
    "execve",
    "memfd_create",
    "io_uring_setup",
)
FORKING = ("clone", "clone3", "fork", "vfork")
MUTANTS = either(20, 400)
HOUSE = Path(__file__).parent.parent.parent


def test_nothing_is_opened_and_no_socket_made(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    arguments = list(_written(tmp_path, secret))
    trace = tmp_path / "trace"
    how = [strace(), "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "300", "-e", "signal=none", "-o", str(trace)]
    calls = ["-e", f"trace={','.join((*OPENING, *FORKING, 'prlimit64', 'setrlimit'))}"]
    program = [sys.executable, "-m", "tests.support.faults.reading_files", *arguments]
    subprocess.run([*how, *calls, *program], cwd=HOUSE, check=True, timeout=300)
    made = written_down(trace)
    decoders = [call for call in made if _gives_up_files(call)]
    figure("decoders under strace", len(decoders), "processes")
    assert len(decoders) == len(arguments)
    after = list(_after(made, decoders))
    assert [call for call in after if call.name in OPENING and not call.error] == []
    assert [call for call in after if call.name in {"socket", "connect", "execve"}] == []
    assert secret.name.encode().hex() not in trace.read_text().replace("\\x", "")


def _written(folder: Path, secret: Path) -> list[str]:
    arguments = []
    files = [(name, content) for name, content in hostile(str(secret), "http://127.0.0.1:9/secret.wav") if content]
    pointing = [(name, content) for name, content in files if name in TEXTS or "pointing" in name or "play" in name]
    chosen = [(sniff(content[:HEAD_BYTES]), content) for name, content in pointing]
    # What is no recording is read all the same, by the demuxers that know of other files.
    for number, (kind, content) in enumerate([*chosen, *mutants(MUTANTS)]):
        path = folder / str(number)
        path.write_bytes(content)
        arguments += [f"{one}:{path}" for one in ([kind] if kind else ["mp4", "ogg", "webm"])]
    return arguments


def _gives_up_files(call: Call) -> bool:
    return (
        call.name in {"prlimit64", "setrlimit"}
        and "RLIMIT_NOFILE" in call.arguments
        and "{rlim_cur=0" in call.arguments
    )


def _after(made: list[Call], decoders: list[Call]) -> list[Call]:
    """Return what decoders, and threads of theirs, did once they had given up their files."""
    since = {call.thread: call.ended for call in decoders}
    found = []
    for call in made:
        if call.thread in since and call.begun > since[call.thread]:
            found.append(call)
            if call.name in FORKING and call.result:
                since[call.result] = call.ended
    return found
