"""What a test asks the database of a running service itself: a command would take seconds of the machine."""

import sqlite3
from contextlib import closing
from typing import Any

import psycopg

from tests.support.service import Service


def rows(service: Service, question: str) -> list[tuple[Any, ...]]:
    """Return the rows that a SELECT gives."""
    if url := service.environment.get("DATABASE_URL"):
        with psycopg.connect(url) as postgres:
            return postgres.execute(question.encode()).fetchall()
    with closing(sqlite3.connect(service.home / "stillnote.sqlite3", timeout=20)) as sqlite:
        return sqlite.execute(question).fetchall()


def number(service: Service, question: str) -> int:
    """Return the one number that a SELECT gives."""
    ((found,),) = rows(service, question)
    return int(found)
