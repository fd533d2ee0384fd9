"""Which folders may be watched, and who may say so: by the page, and by `manage.py watch`."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from capture.core.errors import Refusal
from capture.core.problems import FILE_PROBLEMS
from capture.models import Memo, User, WatchedFolder
from capture.sources.watched.folders import own_folder, watch_folder, watch_own_folder
from config.ops.doctor import findings
from config.ops.doctor_text import finding_text
from tests.support.watched_folders import look, put


@pytest.fixture
def owner(alice: User) -> User:
    """Return Alice, whose machine it is."""
    alice.is_superuser = True
    alice.save()
    return alice


def printed(*arguments: str | Path) -> str:
    out = io.StringIO()
    call_command("watch", *map(str, arguments), stdout=out)
    return out.getvalue()


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(client: Client, address: str, **form: str) -> str:
    """Return the page that follows a form."""
    return client.post(address, form, follow=True).content.decode()


def test_each_user_has_a_folder_of_their_own_without_naming_a_path(alice: User, bob: User, home: Path) -> None:
    paths = {watch_own_folder(user).path for user in (alice, bob, alice)}
    assert paths == {str(home / "watched" / str(user.pk)) for user in (alice, bob)}
    for user in (alice, bob):
        assert own_folder(user).stat().st_mode & 0o077 == 0
        put(own_folder(user) / "memo.ogg")
    look(2)
    assert set(Memo.objects.values_list("user__username", flat=True)) == {"alice", "bob"}


def test_a_folder_is_known_by_where_it_lies(alice: User, shared: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(shared)
    assert watch_folder(alice, tmp_path / "link") == watch_folder(alice, shared / ".." / shared.name)
    assert WatchedFolder.objects.get().path == str(shared)


def test_what_is_the_services_own_or_around_it_is_refused(alice: User, bob: User, home: Path) -> None:
    watch_own_folder(bob)
    (home / "audio").mkdir()
    (home.parent / "link").symlink_to(home / "audio")
    for path in (home, home / "audio", home / "watched", own_folder(bob), home.parent, Path("/"), home.parent / "link"):
        with pytest.raises(Refusal) as refused:
            watch_folder(alice, path)
        assert refused.value.code == "data-folder", path
    assert WatchedFolder.objects.count() == 1


def test_what_is_in_or_around_a_watched_folder_is_refused(bob: User, watched: WatchedFolder, shared: Path) -> None:
    (shared / "within").mkdir()
    beside = shared.with_name(f"{shared.name} beside")
    beside.mkdir()
    for user, path in ((bob, shared), (bob, shared / "within"), (watched.user, shared / "within")):
        with pytest.raises(Refusal, match="watched already"):
            watch_folder(user, path)
    assert watch_folder(bob, beside).path == str(beside)
    assert watch_folder(watched.user, shared) == watched


@pytest.mark.parametrize("path", ["/nowhere", "relative", "", "/dev/null", "/a\0b", "/\udce9", f"/{'a' * 2000}"])
def test_what_is_no_folder_is_refused(path: str, alice: User) -> None:
    with pytest.raises(Refusal, match="There is no such folder"):
        watch_folder(alice, Path(path))


def test_anybody_may_turn_their_own_folder_on_and_off_by_the_page(alice: User) -> None:
    client = logged_in(alice)
    page = client.get("/folders/").content.decode()
    assert f"watched/{alice.pk}" in page
    assert str(own_folder(alice)) not in page  # where the data folder lies is for its owner
    assert "watched from now on" in said(client, "/folders/watch")
    folder = WatchedFolder.objects.get()
    put(own_folder(alice) / "memo.ogg")
    put(own_folder(alice) / "letter.txt", b"dear")
    look(2)
    page = client.get("/folders/").content.decode()
    assert "1 recording taken" in page
    assert "letter.txt: This is not a recording" in page
    said(client, f"/folders/{folder.pk}/moving", moves_done="1")
    look()
    assert (own_folder(alice) / "done" / "memo.ogg").exists()
    assert "Leave the files in place" in said(client, f"/folders/{folder.pk}/moving", moves_done="1")
    assert "Move what is kept" in said(client, f"/folders/{folder.pk}/moving")
    assert "not watched any more" in said(client, f"/folders/{folder.pk}/stop")
    assert not WatchedFolder.objects.exists()
    assert Memo.objects.of(alice).count() == 1


def test_only_the_owner_of_the_machine_names_its_paths(owner: User, bob: User, shared: Path) -> None:
    assert Refusal("not-the-owner").sentence in said(logged_in(bob), "/folders/watch", path=str(shared))
    assert not WatchedFolder.objects.exists()
    assert 'name="path"' not in logged_in(bob).get("/folders/").content.decode()
    assert str(shared) in said(logged_in(owner), "/folders/watch", path=str(shared))
    assert WatchedFolder.objects.get().user == owner
    (shared / "within").mkdir()
    assert "is watched already" in said(logged_in(owner), "/folders/watch", path=str(shared / "within"))


def test_nobody_stops_anothers(watched: WatchedFolder, bob: User) -> None:
    for what in ("stop", "moving"):
        assert logged_in(bob).post(f"/folders/{watched.pk}/{what}").status_code == 404
    assert WatchedFolder.objects.filter(moves_done=False).exists()


def test_the_command_watches_lists_and_stops(owner: User, bob: User, shared: Path) -> None:
    assert printed(shared, "--user", "bob", "--done") == f"Recordings that come into {shared} are kept for bob.\n"
    assert WatchedFolder.objects.get().moves_done
    printed(shared, "--user", "bob")
    assert WatchedFolder.objects.get().moves_done
    printed(shared, "--user", "bob", "--no-done")
    assert not WatchedFolder.objects.get().moves_done
    assert printed("--list") == f"{shared}  bob\n"
    ended = f"{shared} is not watched any more. Its files stay, and so do the recordings.\n"
    assert printed(shared, "--stop") == ended
    assert printed("--list") == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a folder"),
        (["/nowhere"], Refusal("no-folder").sentence),
        (["/"], Refusal("data-folder").sentence),
        (["/nowhere", "--stop"], "This folder is not watched."),
        (["/nowhere", "--user", "dave"], "There is no active account called dave."),
    ],
)
def test_the_command_refuses_in_a_sentence(arguments: list[str], sentence: str, owner: User) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("watch", *arguments)
    assert str(refused.value).startswith(sentence)


def test_the_doctor_tells_of_a_folder_that_may_not_be_read(watched: WatchedFolder, home: Path) -> None:
    (home / "secret_key").touch()

    def told() -> list[str]:
        return [finding_text(found)[1] for found in findings() if found.code == "watched-folder" and not found.is_well]

    assert told() == []
    WatchedFolder.objects.update(problem="folder-closed")
    assert told() == [f"{watched.path}: {FILE_PROBLEMS['folder-closed']}"]
    WatchedFolder.objects.update(problem="folder-away")
    assert told() == []


def test_where_the_data_folder_lies_is_its_owners_business(alice: User, alices: Client) -> None:
    for _ in range(2):
        page = alices.get(reverse("folders")).content.decode()
        assert str(settings.HOME) not in page
        assert f"watched/{alice.pk}" in page
        watch_own_folder(alice)
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert str(own_folder(alice)) in alices.get(reverse("folders")).content.decode()
