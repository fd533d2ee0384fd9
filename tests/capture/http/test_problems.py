"""Whatever goes wrong under /api/ is told as a problem document (RFC 9457), whoever found it."""

import logging

import pytest
from django.test import Client

from capture.services import ingest
from tests.support.answers import problem
from tests.support.api_phone import Phone


def test_a_wrong_method_names_the_right_ones(phone: Phone) -> None:
    answer = phone.client.delete("/api/v1/memos/m-1")
    assert problem(answer, 405, "method-not-allowed")
    assert {method.strip() for method in answer["Allow"].split(",")} == {"GET", "HEAD", "PUT"}


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/memos", "/api/v1/memos/a/b"])
def test_an_unknown_address_is_a_problem_document(path: str, client: Client) -> None:
    assert problem(client.get(path), 404, "not-found")


def test_an_unknown_host_is_a_problem_document(client: Client) -> None:
    assert problem(client.get("/api/v1/openapi.json", headers={"Host": "elsewhere.example"}), 400, "bad-request")


@pytest.mark.parametrize("body", ["", "{", "[]", '{"name": "x"}', '{"code": 5}'])
def test_an_unreadable_pairing_is_a_problem_document(body: str, client: Client, db: None) -> None:
    assert problem(client.post("/api/v1/pair", body, content_type="application/json"), 400, "bad-request")


def test_a_pairing_larger_than_sense_is_a_problem_document(client: Client, db: None) -> None:
    answer = client.post("/api/v1/pair", " " * 3_000_000, content_type="application/json")
    assert problem(answer, 400, "bad-request")


def test_a_failure_is_logged_without_what_was_sent(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(head: bytes) -> None:
        raise RuntimeError(head)

    monkeypatch.setattr(ingest, "sniff", fail)
    with caplog.at_level(logging.DEBUG):
        answer = phone.put("m-1")
    assert problem(answer, 500, "internal-server-error")
    assert "RuntimeError" in caplog.text
    assert "sniff" in caplog.text
    assert "OggS" not in caplog.text + answer.content.decode()
