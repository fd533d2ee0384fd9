"""A backup made while the service runs, restored into another folder and address."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from config.demo.sample_memos import MEMOS
from tests.support.phone import Phone, states
from tests.support.servers import Surroundings
from tests.support.service import HOUSE, Service
from tests.support.settling import settle
from tests.support.shell_scripts import DELETE, FILES

SEALING_KEY = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def refused(*arguments: str, home: Path) -> str:
    """Return what a command says that cannot succeed."""
    run = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=HOUSE,
        env=os.environ | {"STILLNOTE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stderr.strip()


def test_a_restored_service_has_every_memo_the_old_tokens_and_what_was_deleted_stays_deleted(
    surroundings: Surroundings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    backup, home = tmp_path / "backup.tar", tmp_path / "restored"
    with Service(surroundings) as service:
        (service.home / "stillnote.env").write_text("EMAIL_FROM=me@example.org\n")
        (service.home / "sealing_key").write_bytes(SEALING_KEY)
        phone = Phone(service)
        for name in ("memo-001", "memo-002", "memo-003"):
            assert phone.send(MEMOS / f"{name}.ogg").status_code == 201
        before = settle(service, 180)
        assert before["states"] == {"ready": 3}
        assert "MB" in service.manage("backup", str(backup))
        assert phone.send(MEMOS / "memo-004.ogg").status_code == 201
        service.shell(DELETE)
        other: Surroundings = {}
        if surroundings:
            other = surroundings | {"DATABASE_URL": request.getfixturevalue("postgres_url")()}
        database = ["--database", other["DATABASE_URL"]] if other else []
        said = service.manage("restore", str(backup), "--to", str(home), *database)
    assert "1 recording that was deleted since is deleted here too." in said
    assert f"STILLNOTE_HOME={home}" in said
    assert (home / "stillnote.env.from-backup").exists()
    assert (home / "sealing_key").read_bytes() == SEALING_KEY
    assert backup.stat().st_mode & 0o077 == 0
    with Service(other, home=home) as restored:
        now = states(restored)
        assert now["states"] == {"ready": 2}
        assert now["memos"] == before["memos"] - 1
        restored.shell(FILES)
        phone.move_to(restored)
        assert phone.send(MEMOS / "memo-001.ogg").status_code == httpx.codes.OK
        assert phone.send(MEMOS / "memo-002.ogg").status_code == httpx.codes.OK
        assert states(restored)["memos"] == 2
        assert phone.send(MEMOS / "memo-004.ogg").status_code == httpx.codes.CREATED


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("letters")
    assert "exists already" in refused("backup", str(tmp_path / "precious"), home=tmp_path / "home")
    assert (tmp_path / "precious").read_text() == "letters"


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    said = refused("backup", str(tmp_path / "nowhere" / "file"), home=tmp_path / "home")
    assert "cannot be written" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"nonsense", b"x" * 4096])
def test_what_is_no_backup_is_refused_and_the_folder_is_not_made(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    said = refused("restore", str(file), "--to", str(tmp_path / "new"), home=tmp_path / "home")
    assert "a backup of Stillnote's" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "new").exists()


def test_a_backup_that_was_cut_off_is_refused_and_leaves_no_half_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = os.environ | {"STILLNOTE_HOME": str(home)}
    for command in (["migrate", "-v0"], ["backup", str(tmp_path / "whole")]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, env=environment, check=True)
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    said = refused("restore", str(tmp_path / "half"), "--to", str(tmp_path / "new"), home=home)
    assert "is damaged" in said
    assert not (tmp_path / "new").exists()


def test_a_folder_in_use_is_not_restored_into(tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "file").touch()
    with tarfile.open(tmp_path / "backup", "w") as tar:
        about = tmp_path / "stillnote-backup.json"
        about.write_text(json.dumps({"format": 1, "made_at": "now", "database": "sqlite"}))
        tar.add(about, about.name)
    said = refused("restore", str(tmp_path / "backup"), "--to", str(tmp_path / "used"), home=tmp_path / "home")
    assert "is not empty" in said
