"""In a real browser: the phone's page reads its pairing code from a picture, by the decoder that comes along."""

from pathlib import Path

import pytest
import segno
from playwright.sync_api import expect

from tests.support.browser import PHONE, PHONE_PERMISSIONS, chromium
from tests.support.service import Service

pytestmark = pytest.mark.alone

WIDTH, HEIGHT, PIXELS_A_MODULE = 640, 480, 8
MID_GREY = 128


def film_of(link: str, place: Path) -> Path:
    """Write a film of one frame (YUV4MPEG2, 4:2:0) on which a link is held before the camera."""
    rows = [list(row) for row in segno.make_qr(link, error="m").matrix_iter(scale=PIXELS_A_MODULE, border=4)]
    left, top = (WIDTH - len(rows)) // 2, (HEIGHT - len(rows)) // 2
    luma = bytearray(b"\xc0" * (WIDTH * HEIGHT))
    for y, row in enumerate(rows):
        start = (top + y) * WIDTH + left
        luma[start : start + len(row)] = bytes(16 if is_dark else 235 for is_dark in row)
    frame = b"FRAME\n" + bytes(luma) + bytes([MID_GREY]) * (WIDTH * HEIGHT // 2)
    place.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return place


def test_the_page_pairs_by_its_own_camera_and_asks_what_the_phone_is_called(service: Service, tmp_path: Path) -> None:
    link = service.manage("pair").split("/phone/")[1].split()[0]
    film = film_of(f"{service.address}/phone/{link}", tmp_path / "code.y4m")
    with chromium(sees=film) as browser:
        phone = browser.new_context(viewport=PHONE, permissions=[*PHONE_PERMISSIONS, "camera"]).new_page()
        phone.goto(f"{service.address}/phone/")
        phone.get_by_role("button", name="Camera").click()
        expect(phone.locator("#line")).to_contain_text("Paired with owner", timeout=20_000)
        expect(phone.locator("#sight")).to_be_hidden()
        phone.get_by_label("What this phone is called").fill("By the bed")
        phone.get_by_role("button", name="Save", exact=True).click()
        expect(phone.locator("#line")).to_contain_text("That is its name now")
    assert "By the bed" in service.shell(NAMES)


def test_a_phone_without_a_camera_is_told_so_and_a_wrong_code_stays_to_be_compared(service: Service) -> None:
    with chromium() as browser:
        phone = browser.new_context(viewport=PHONE, permissions=PHONE_PERMISSIONS).new_page()
        phone.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException(''))")
        phone.goto(f"{service.address}/phone/")
        expect(phone.locator("#line")).to_contain_text("not paired")
        phone.get_by_role("button", name="Camera").click()
        expect(phone.locator("#line")).to_contain_text("There is no camera here")
        phone.wait_for_timeout(500)  # the round of sending that follows
        expect(phone.locator("#line")).to_contain_text("There is no camera here")
        phone.get_by_label("Pairing code").fill("WXYZ-2345")
        phone.get_by_role("button", name="Pair", exact=True).click()
        expect(phone.locator("#line")).to_contain_text("There is no such pairing code")
        expect(phone.get_by_label("Pairing code")).to_have_value("WXYZ-2345")


NAMES = "from capture.models import Device; print(*Device.objects.values_list('name', flat=True))"
