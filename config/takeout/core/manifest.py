"""What an export says of itself, and where in it things are."""

import json
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints
from pydantic.json_schema import models_json_schema

from config.takeout.core.rows import ROWS, FirstError, Moment, Row

FORMAT_VERSION = 1
"""Raised where a row's fields change; `upgrades` then tells how an older row becomes one of today."""
MANIFEST_FILE = "stillnote.json"
SCHEMA_FILE = "schema.json"
TakeoutKind = Literal["markdown", "json", "audio", "account"]
COPY_ENDING = "m4a"
"""Of a recording of which only the playback copy is left."""


class ExportedFile(Row):
    """A file of an export."""

    name: Annotated[str, Field(min_length=1, max_length=400)]
    bytes: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]


class Manifest(Row):
    """What an export is, and each of its files but this one."""

    format: int
    kind: TakeoutKind
    made_at: Moment
    files: Annotated[list[ExportedFile], FirstError]


def rows_file(name: str) -> str:
    """Return where the rows of a name (of ROWS) are."""
    return f"rows/{name}.jsonl"


def sound_file(memo: UUID, kind: str, *, is_copy: bool) -> str:
    """Return where a recording is. is_copy: its original was let go of, and this is its playback copy."""
    return f"audio/{memo}.{COPY_ENDING if is_copy else kind}"


def damaged_file(memo: UUID, kind: str) -> str:
    """Return where an original is whose bytes are no longer those that came: for people, and not taken in."""
    return f"damaged/{memo}.{kind}"


def schema_text() -> str:
    """Return the JSON Schema of the manifest and of each file of rows, a line of which is one object."""
    models = [(model, "validation") for model in (Manifest, *ROWS.values())]
    _, described = models_json_schema(models, title="Stillnote export")  # type: ignore[arg-type]
    files = {MANIFEST_FILE: "Manifest"} | {rows_file(name): model.__name__ for name, model in ROWS.items()}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "files": files, **described}
    return json.dumps(schema, indent=1) + "\n"
