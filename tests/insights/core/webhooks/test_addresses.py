"""Which addresses may be spoken to."""

from ipaddress import ip_address

import pytest

from insights.core.webhooks.addresses import may_speak_to, parse_networks

PUBLIC = ("93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1")
NOT_PUBLIC = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.1", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::ffff:0:127.0.0.1"),
    *("64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::10.0.0.1", "2002:7f00:1::1", "2002:c0a8:101::1"),
    *("2001:0:4136:e378::1", "2001:20::1", "100::1", "4000::1"),
)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_internet_is_spoken_to(address: str) -> None:
    assert may_speak_to(ip_address(address), ())


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_nothing_else_is_in_whatever_form_it_is_written(address: str) -> None:
    assert not may_speak_to(ip_address(address), ())


def test_networks_that_are_named_are_spoken_to_in_whatever_form_and_no_others() -> None:
    home = parse_networks(["192.168.1.0/24", " 127.0.0.1"])
    assert all(may_speak_to(ip_address(one), home) for one in ("192.168.1.9", "::ffff:192.168.1.9", "127.0.0.1"))
    assert not any(may_speak_to(ip_address(one), home) for one in ("192.168.2.1", "127.0.0.2", "::1", "10.0.0.1"))
