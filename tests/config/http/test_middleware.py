"""A part of a page is never the log-in page."""

import pytest
from django.test import Client

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
