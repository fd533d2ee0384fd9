"""The two houses in which the broad tests live: a laptop's, and a server's."""

from collections.abc import Callable

import pytest

Surroundings = dict[str, str]


@pytest.fixture(params=["SQLite and a folder", "PostgreSQL and Redis"])
def surroundings(request: pytest.FixtureRequest) -> Surroundings:
    """Return the settings of one of them, its servers started."""
    if request.param == "SQLite and a folder":
        return {}
    new_database: Callable[[], str] = request.getfixturevalue("postgres_url")
    return {"DATABASE_URL": new_database(), "REDIS_URL": request.getfixturevalue("redis_url")}
