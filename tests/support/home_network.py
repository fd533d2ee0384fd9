"""A home network of a test's own: a phone in it, in a network namespace, with a browser that may trust something."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import missing

ROUTER, PHONE_ADDRESS = "10.83.7.1", "10.83.7.2"


@contextmanager
def home_network() -> Iterator[str]:
    """Give the name of a network namespace that reaches this machine and nothing else."""
    ip = shutil.which("ip")
    if ip is None or os.geteuid() != 0:
        missing("root with `ip netns`")
    name = f"stillnote{os.getpid() % 10_000}"
    here, there = f"{name}a", f"{name}b"
    _run("ip", "netns", "add", name)
    try:
        _run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        _run("ip", "address", "add", f"{ROUTER}/24", "dev", here)
        _run("ip", "link", "set", here, "up")
        for words in (f"address add {PHONE_ADDRESS}/24 dev {there}", f"link set {there} up", "link set lo up"):
            _run("ip", "-n", name, *words.split())
        _run("ip", "-n", name, "route", "add", "default", "via", ROUTER)
        yield name
    finally:
        _run("ip", "netns", "delete", name)
        subprocess.run(["ip", "link", "delete", here], check=False, stderr=subprocess.DEVNULL)


def phone_browser(network: str, home: Path) -> Path:
    """Write a program that starts Chromium in a network, with the trust of this home folder, and return it."""
    program = home / "phone-browser"
    chromium = shutil.which("chromium") or "chromium"
    program.write_text(f'#!/bin/sh\nHOME={home} exec ip netns exec {network} {chromium} "$@"\n')
    program.chmod(0o755)
    return program


def trust(home: Path, certificate: Path) -> None:
    """Let browsers of a home folder trust an authority from now on."""
    if shutil.which("certutil") is None:
        missing("certutil")
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    _run("certutil", "-d", f"sql:{store}", "-N", "--empty-password")
    _run("certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "stillnote", "-i", str(certificate))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
