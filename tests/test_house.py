"""The rules of the house on cores, names, tests and strings, each with a control that breaks it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.house_figures import HOUSE, ROOMS, module_files, shared_names, sharing_share
from tests.support.house_rules import (
    core_breaches,
    imports_of_tests,
    named_in_strings,
    sentence_comparisons,
    unknown_places,
    unknown_script_imports,
)

MAX_SHARERS = 2
"""So many modules may give one name to a function or class of theirs."""
SHARED_SHARE = 0.05
"""Which part of all functions and classes may share their name with one of another module."""

LOADED_BY_CORES = """
import importlib, json, sys
for name in json.load(sys.stdin):
    importlib.import_module(name)
loaded = {name for name in sys.modules if name.split(".")[0] in ("django", "celery") or name == "config.settings"}
print(json.dumps(sorted(loaded)))
"""
UNKNOWN_NAMES = """
import json, sys
import django
django.setup()
from django.apps import apps
from pkgutil import resolve_name
unknown = {}
for named in json.load(sys.stdin):
    try:
        apps.get_model(named) if named.count(".") == 1 and named.split(".")[1][0].isupper() else resolve_name(named)
    except Exception as error:
        unknown[named] = repr(error)
print(json.dumps(unknown))
"""


def answered(script: str, question: object, **environment: str) -> object:
    """Return what a script in a process of its own prints as JSON, having read this as JSON."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=HOUSE,
        env=inherited | environment,
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def often_shared(house: Path) -> dict[str, list[str]]:
    return {name: modules for name, modules in shared_names(house).items() if len(modules) > MAX_SHARERS}


def unknown_names(house: Path) -> dict[str, str]:
    """Return what strings name and nobody can import, each with a place that names it."""
    named = named_in_strings(house)
    unknown = answered(UNKNOWN_NAMES, list(named), DJANGO_SETTINGS_MODULE="config.settings")
    assert isinstance(unknown, dict)
    return {f"{name} ({named[name]})": reason for name, reason in unknown.items()}


def test_no_core_imports_a_framework_or_the_settings() -> None:
    assert core_breaches(HOUSE) == []


def test_all_cores_are_loaded_without_a_framework() -> None:
    cores = [name for name in module_files(HOUSE) if ".core" in name]
    assert len(cores) > 10
    assert answered(LOADED_BY_CORES, cores) == []


def test_few_modules_share_a_name() -> None:
    assert often_shared(HOUSE) == {}


def test_few_names_are_shared() -> None:
    assert sharing_share(HOUSE) <= SHARED_SHARE


def test_no_test_module_imports_another() -> None:
    assert imports_of_tests(HOUSE) == []


def test_every_module_that_a_string_names_can_be_imported() -> None:
    assert unknown_names(HOUSE) == {}


def test_strings_that_start_programs_are_among_them() -> None:
    """The positive control: these start processes, or are loaded by a library."""
    assert {
        "capture.http.upload_handler.IncomingUploadHandler",
        "config.celery",
        "config.http.gunicorn",
        "config.http.sessions",
        "config.ops.checks",
        "config.ops.log_format.ContentFreeFormatter",
        "config.runner.supervisor",
        "config.wsgi",
        "insights.tasks.send_digests",
        "tests.bench",
        "tests.support.faults.careless",
        "transcription.model_choice.benchmark",
    } <= named_in_strings(HOUSE).keys()


def test_nothing_is_compared_with_a_sentence() -> None:
    assert sentence_comparisons(HOUSE) == []


def test_what_the_map_names_is_there() -> None:
    assert unknown_places(HOUSE) == []


def test_each_script_exports_what_others_import_of_it() -> None:
    assert unknown_script_imports(HOUSE) == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the house, to be broken."""
    for folder in (*ROOMS, "tests"):
        ignored = shutil.ignore_patterns("assets", "samples", "node_modules", "__pycache__", "static", "templates")
        shutil.copytree(HOUSE / folder, tmp_path / folder, ignore=ignored)
    for name in ("manage.py", "conftest.py", "Makefile"):
        shutil.copy(HOUSE / name, tmp_path / name)
    return tmp_path


def add(house: Path, path: str, line: str) -> None:
    file = house / path
    file.write_text(f"{file.read_text()}\n\n{line}\n")


CORE = "capture/core/nights.py"


@pytest.mark.parametrize("line", ["from django.conf import settings", "import config.settings", "import celery"])
def test_a_core_that_imports_one_is_found(line: str, copied: Path) -> None:
    add(copied, CORE, line)
    assert len(core_breaches(copied)) == 1


def test_names_that_are_shared_are_found(copied: Path) -> None:
    share = sharing_share(copied)
    for path in (CORE, "transcription/core/words.py", "insights/core/classify.py"):
        add(copied, path, "def found_everywhere(): pass\n\nclass Everywhere: pass")
    assert often_shared(copied).keys() == {"found_everywhere", "Everywhere"}
    assert sharing_share(copied) > share


@pytest.mark.parametrize(
    "line",
    [
        "from tests.capture.core.test_nights import NIGHT",
        "import tests.broad.test_mail",
        "from tests.conftest import alice",
        "from tests.config import test_pages",
    ],
)
def test_an_import_of_a_test_is_found(line: str, copied: Path) -> None:
    add(copied, "tests/config/test_settings.py", line)
    assert len(imports_of_tests(copied)) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("config/settings.py", 'MIDDLEWARE += ["config.http.middleware.Nothing"]'),
        ("config/celery.py", 'TASK = "insights.tasks.nothing"'),
        ("config/runner/launcher.py", 'COMMAND = ["-m", "config.nothing"]'),
        ("config/runner/programs.py", 'PROGRAM = "python -u -m celery -A config.nothing worker"'),
        ("config/http/gunicorn.py", 'USER = "capture.Nobody"'),
        ("tests/support/phone.py", 'SCRIPT = """\\nfrom capture.models import Nobody\\n"""'),
        ("tests/config/test_pages.py", 'SCRIPT = "import os; from capture.models import Nobody; print(Nobody)"'),
        ("Makefile", "nothing:\n\tpython -m tests.nothing"),
    ],
)
def test_a_string_that_names_no_module_is_found(path: str, line: str, copied: Path) -> None:
    before = named_in_strings(copied)
    add(copied, path, line)
    (named,) = named_in_strings(copied).keys() - before.keys()
    assert answered(UNKNOWN_NAMES, [named], DJANGO_SETTINGS_MODULE="config.settings")


@pytest.mark.parametrize(
    "line",
    [
        'text.startswith("The machine that listens")',
        'text.endswith(("ends so", "and ends like this"))',
        'text == "The disk is full"',
        '"is not there" in text',
        'text in {"a", "a sentence of words"}',
        'Memo.objects.filter(error__startswith="The machine that")',
        'Memo.objects.exclude(memo__error__contains="the machine that")',
        'text != _("The disk is full")',
        'SAID = "The disk is full"\ntext == SAID',
        'match text:\n    case "The disk is full":\n        pass',
    ],
)
def test_a_comparison_with_a_sentence_is_found(line: str, copied: Path) -> None:
    add(copied, CORE, line)
    assert len(sentence_comparisons(copied)) == 1


@pytest.mark.parametrize(
    "line", ['text == "night"', 'text.startswith("GET /api")', "text == SAID", 'print("The disk is full")']
)
def test_words_and_what_is_only_said_are_left_alone(line: str, copied: Path) -> None:
    add(copied, CORE, line)
    assert sentence_comparisons(copied) == []


@pytest.mark.parametrize(
    "line", ["`capture/services/nothing.py`", "`ingest.py: nothing`", "`config/nothing/`", "`ideas.py: Nobody.move`"]
)
def test_a_place_that_is_not_there_is_found(line: str, copied: Path) -> None:
    (copied / "ARCHITECTURE.md").write_text(line)
    assert unknown_places(copied) == [line.strip("`").replace("Nobody.", "")]


def test_what_a_script_does_not_export_is_found(tmp_path: Path) -> None:
    (tmp_path / "capture/static").mkdir(parents=True)
    (tmp_path / "capture/static/one.js").write_text('import { kept, gone } from "./two.js";\n')
    (tmp_path / "capture/static/two.js").write_text("export async function kept() {}\n")
    assert unknown_script_imports(tmp_path) == ["capture/static/one.js: gone of ./two.js"]
