"""The steps towards durability, written down as they are done."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model


def record_steps(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    """Write down each step towards durability as it is done."""

    def noted(name: Callable[..., str], done: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            outcome = done(*arguments, **named)
            steps.append(name(*arguments))
            return outcome

        return step

    monkeypatch.setattr(
        os,
        "fsync",
        noted(lambda opened: "fsync folder" if Path(f"/proc/self/fd/{opened}").is_dir() else "fsync file", os.fsync),
    )
    monkeypatch.setattr(Path, "rename", noted(lambda *_: "rename", Path.rename))
    monkeypatch.setattr(Path, "mkdir", noted(lambda path, *_: f"make {path.parent.name} folder", Path.mkdir))
    monkeypatch.setattr(Model, "save", noted(lambda row, *_: f"insert {type(row).__name__}", Model.save))
    database: Any = connection
    monkeypatch.setattr(connection, "_commit", noted(lambda: "commit", database._commit))
