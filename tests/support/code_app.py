"""An app that shows codes, as people have one on their phone (RFC 6238 over SHA-1: six digits, half a minute each)."""

import base64
import hashlib
import hmac
import re
import struct
import time

from django.test import Client

STEP_SECONDS = 30


def app_code(key: str, steps: int = 0) -> str:
    """Return the code that an app shows. key: in base 32. steps: half minutes from now."""
    moment = struct.pack(">Q", int(time.time()) // STEP_SECONDS + steps)
    digest = hmac.new(base64.b32decode(key), moment, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def confirm_password(client: Client, password: str) -> None:
    """Say the password once more, as pages ask before the log-in is changed."""
    assert client.post("/settings/again/?next=/settings/login/", {"password": password}).status_code == 302


def set_up_app(client: Client, password: str) -> str:
    """Set an app up for whoever is logged in, and return its key."""
    confirm_password(client, password)
    page = client.get("/settings/login/app/").content.decode()
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert found
    assert client.post("/settings/login/app/", {"code": app_code(found[1])})["Location"] == "/settings/login/codes/"
    return found[1]
