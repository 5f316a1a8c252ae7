"""The visitor's address is believed only as far as our own proxies carry it."""

import pytest
from django.test import RequestFactory

from accounts.client_ip import client_ip, subscriber


def seen(remote, forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return client_ip(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


def test_without_proxies_it_is_who_connects_whatever_he_claims():
    assert seen("203.0.113.7", "198.51.100.1") == "203.0.113.7"


@pytest.mark.parametrize(
    "proxies, remote, forwarded, ip",
    [
        (["127.0.0.1"], "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        (["127.0.0.1"], "127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        (["10.0.0.0/8"], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", None, "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "unknown", "127.0.0.1"),
        (["10.0.0.0/8"], "10.1.2.3", "10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (["::1"], "::1", "2001:db8::5", "2001:db8::5"),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
    ],
)
def test_behind_trusted_proxies_it_is_the_nearest_stranger(settings, proxies, remote, forwarded, ip):
    settings.TRUSTED_PROXIES = proxies

    assert seen(remote, forwarded) == ip


@pytest.mark.parametrize("remote", ["", "/run/socket"])
def test_a_server_behind_a_socket_knows_no_address(remote):
    assert seen(remote) == "0.0.0.0"


@pytest.mark.parametrize(
    "ip, whom",
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
    ],
)
def test_an_ipv6_subscriber_is_counted_by_his_network(ip, whom):
    assert subscriber(ip) == whom
