"""`make run` on a machine that lacks something: one sentence that says what to do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.service import HOUSE

MAKE = shutil.which("make")
WRONG = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of what make reads, and an empty `bin` beside it."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(HOUSE / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    return tmp_path


def make_run(clone: Path, *arguments: str, **pythons: str) -> str:
    """Return what `make run` says with these programs on its path alone, by their names. It must not succeed."""
    for name, script in pythons.items():
        program = clone / "bin" / name.replace("_", ".")
        program.write_text(script)
        program.chmod(0o755)
    assert MAKE
    run = subprocess.run(
        [MAKE, "run", *arguments],
        cwd=clone,
        env={"PATH": str(clone / "bin"), "HOME": str(clone)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode != 0
    assert not (clone / ".venv").exists()
    said = [line for line in run.stderr.splitlines() if not line.startswith("make:")]
    assert len(said) == 1, run.stderr
    return said[0]


def test_without_any_python(clone: Path) -> None:
    assert make_run(clone).startswith("Stillnote needs Python 3.11, and there is none here. Install it")


def test_with_another_python(clone: Path) -> None:
    assert make_run(clone, python3=WRONG).startswith("Stillnote needs Python 3.11, and there is none here.")


def test_with_another_python_that_was_named(clone: Path) -> None:
    said = make_run(clone, f"PYTHON={clone}/bin/python3", python3=WRONG)
    assert said == f"Stillnote needs Python 3.11, and {clone}/bin/python3 is not that."


def test_without_the_venv_module(clone: Path) -> None:
    said = make_run(clone, python3_11=WITHOUT_VENV)
    assert said.startswith("Python's venv module is missing. Install it (Debian: apt install python3.11-venv)")


@pytest.mark.parametrize(
    ("version", "says"),
    [("3, 12, 0", "stillnote: this is not Python 3.11"), ("3, 11, 0", "stillnote: the packages are not installed")],
)
def test_manage_by_a_python_that_is_not_the_environments(version: str, says: str) -> None:
    code = f"import sys; sys.version_info = ({version}); sys.argv = ['manage.py']; import manage; manage.main()"
    python = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]  # -S: no packages
    run = subprocess.run(python, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith(says)
    assert len(run.stderr.splitlines()) == 1
