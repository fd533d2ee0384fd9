"""The whole service with its recordings in a bucket: spoken, written down, backed up, restored without the bucket."""

from pathlib import Path

import httpx
import pytest

from config.demo.sample_memos import MEMOS
from tests.support.buckets import Held, Proxy, storage_url
from tests.support.phone import Phone
from tests.support.service import Service
from tests.support.settling import settle
from tests.support.shell_scripts import DELETE

pytestmark = pytest.mark.alone


def test_a_house_with_a_bucket_from_the_memo_to_its_backup(proxy: Proxy, tmp_path: Path) -> None:
    held = Held(proxy.store_port)
    backup, home = tmp_path / "backup.tar", tmp_path / "restored"
    with Service({"STORAGE_URL": storage_url(proxy.server_port, held.name)}) as service:
        phone = Phone(service)
        for name in ("memo-001", "memo-002"):
            assert phone.send(MEMOS / f"{name}.ogg").status_code == httpx.codes.CREATED
        assert settle(service, 60)["states"] == {"ready": 2}
        recordings = [content for key, content in held.objects().items() if not key.endswith(".m4a")]
        assert sorted(recordings) == sorted((MEMOS / f"{name}.ogg").read_bytes() for name in ("memo-001", "memo-002"))
        assert not [file for file in (service.home / "audio").rglob("*") if file.is_file()]
        assert f"recordings are kept in the bucket {held.name}" in service.manage("doctor")
        service.manage("backup", str(backup))
        service.shell(DELETE)
        kept = held.objects()
        service.manage("restore", str(backup), "--to", str(home))
        assert held.objects() == kept
        assert "canary" not in service.logs()
    held.close()
    (original,) = [file for file in (home / "audio").rglob("*") if file.is_file() and not file.suffix]
    assert original.read_bytes() == (MEMOS / "memo-001.ogg").read_bytes()
