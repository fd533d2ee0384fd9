"""A look that somebody chose is on every page from its first byte; else their device decides."""

from django.test import Client

from capture.models import User


def test_a_look_that_was_chosen_is_in_the_page(alices: Client, alice: User) -> None:
    assert "data-look" not in alices.get("/").content.decode()
    for look in ("dark", "light"):
        assert alices.post("/settings/look", {"look": look})["Location"] == "/settings/"
        for page in ("/", "/settings/", "/topics/", "/nowhere"):
            assert f'<html lang="en" data-look="{look}">' in alices.get(page).content.decode()
    alices.post("/settings/look", {"look": ""})
    assert "data-look" not in alices.get("/").content.decode()


def test_a_look_that_is_not_drawn_is_not_taken(alices: Client, alice: User) -> None:
    alices.post("/settings/look", {"look": "dark"})
    assert alices.post("/settings/look", {"look": '"><script>'}).status_code == 302
    alice.refresh_from_db()
    assert alice.look == "dark"


def test_it_is_one_persons_alone(alices: Client, bob: User) -> None:
    alices.post("/settings/look", {"look": "dark"})
    bobs = Client()
    bobs.force_login(bob)
    assert "data-look" not in bobs.get("/").content.decode()
