"""A part of a page is never the log-in page; nothing is cached, asked by http beside https, or told to strangers."""

import gzip
from contextlib import closing
from typing import Any

import pytest
from django.test import Client

from capture.models import Device
from tests.support.recordings import speak

HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("address", ["/", "/jobs/", "/topics/", "/devices/", "/health/"])
def test_who_is_logged_out_is_sent_to_the_log_in_by_a_page_and_told_so_in_a_part_of_one(
    client: Client, db: None, address: str
) -> None:
    assert client.get(address)["Location"].startswith("/login/")
    part = client.get(address, headers=HTMX)
    assert (part.status_code, part.content) == (401, b"")


def test_who_is_logged_in_gets_parts_and_redirects_as_they_are(alices: Client) -> None:
    assert alices.get("/", headers=HTMX).status_code == 200
    assert alices.post("/digest/settings", {"hour": "6", "style": "links"}, headers=HTMX).status_code == 302


def test_what_somebody_said_is_kept_in_no_cache(alices: Client, client: Client) -> None:
    for page in ("/", "/settings/", "/topics/", "/nowhere"):
        assert {"private", "no-store"} <= set(alices.get(page).headers["Cache-Control"].split(", "))
    assert client.get("/api/v1/memos/m-1").headers["Cache-Control"] == "private, no-store"
    with closing(client.get("/static/config/css/ground.css")) as style:
        assert "no-store" not in style.headers.get("Cache-Control", "")


def test_text_goes_out_compressed_and_sound_does_not(alices: Client, bedside: Device) -> None:
    memo = speak(bedside, "memo-002.ogg")
    taken = {"Accept-Encoding": "gzip"}
    page = alices.get("/topics/", headers=taken)
    assert page.headers["Content-Encoding"] == "gzip"
    assert b"<h1" in gzip.decompress(page.content)
    assert "Content-Encoding" not in alices.get("/topics/").headers
    assert "Content-Encoding" not in alices.head(f"/memos/{memo.pk}/audio", headers=taken).headers
    with closing(alices.get("/static/config/css/ground.css", headers=taken)) as style:
        assert b"body" in gzip.decompress(style.getvalue())


def test_whoever_comes_by_http_is_sent_to_https_where_the_service_has_it(
    client: Client, db: None, settings: Any
) -> None:
    by_http = {"X-Forwarded-Proto": "http", "Host": "127.0.0.1"}
    assert client.get("/login/", headers=by_http).status_code == 200
    assert "Strict-Transport-Security" not in client.get("/login/").headers
    settings.SECURE_COOKIES, settings.ORIGIN = True, "https://notes.example.org"
    answer = client.get("/login/?next=/topics/", headers=by_http)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://notes.example.org/login/?next=/topics/")
    assert client.get("/healthz").status_code == 200  # who asks on this machine
    assert client.post("/login/", headers=by_http).status_code != 301
    found = client.get("/login/", headers={"X-Forwarded-Proto": "https"})
    assert found.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_strange_host_is_refused_without_a_traceback(client: Client, db: None, caplog: Any) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.content
    assert not caplog.records
