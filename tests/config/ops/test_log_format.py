"""What fails is logged with where and as what, and without a word of what was said."""

import io
import logging
from collections.abc import Iterator

import pytest
from celery import shared_task
from django.test import Client

from capture.models import User
from config.ops.log_format import ContentFreeFormatter

SECRET = "hippopotamus"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the service would write."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(ContentFreeFormatter("%(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def refuse() -> None:
    raise ValueError(f"Key (name)=({SECRET}) already exists.")


def fail(*_: object) -> None:
    try:
        refuse()
    except ValueError as error:
        raise RuntimeError(f"cannot place {SECRET}") from error


@shared_task(name="tests.fails")
def fails() -> None:
    """Fail as a database does that names the value."""
    fail()


def test_a_page_that_fails(log: io.StringIO, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(alice)
    monkeypatch.setattr("insights.services.digests.plan_of", fail)
    page = client.get("/settings/")
    assert page.status_code == 500
    assert "Nothing you recorded is lost." in page.content.decode()
    said = log.getvalue()
    assert SECRET not in said
    assert "builtins.ValueError" in said
    assert "builtins.RuntimeError" in said
    assert said.index("ValueError") < said.index("RuntimeError")
    assert "in fail" in said


def test_a_task_that_fails(log: io.StringIO) -> None:
    fails.apply()
    said = log.getvalue()
    assert SECRET not in said
    assert "task tests.fails[" in said
    assert "builtins.RuntimeError" in said


def test_an_error_that_hides_its_cause_is_told_alone(log: io.StringIO) -> None:
    try:
        try:
            fail()
        except RuntimeError:
            raise KeyError from None
    except KeyError:
        logging.getLogger("tests").exception("it failed")
    assert "ValueError" not in log.getvalue()
    assert "it failed" in log.getvalue()
