"""The network of a visitor, and the words about it."""

import pytest

from accounts import networks
from accounts.models import ResidentSession


@pytest.mark.parametrize(
    "ip, network",
    [
        ("203.0.113.7", "203.0.113.*"),
        ("127.0.0.1", "127.0.0.*"),
        ("2001:db8:7:aaaa::1", "2001:db8:7:*"),
        ("2001:db8::1", "2001:db8:0:*"),
        ("::1", "0:0:0:*"),
        ("0.0.0.0", ""),
    ],
)
def test_the_last_part_of_an_address_is_forgotten(ip, network):
    assert networks.of(ip) == network


def test_the_longest_has_its_place_in_the_table():
    longest = networks.of("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

    assert len(longest) <= ResidentSession._meta.get_field("network").max_length


def test_it_is_told_beside_the_network_of_who_looks():
    assert networks.in_words("203.0.113.*", here="203.0.113.*") == "та же сеть, что у Вас сейчас"
    assert networks.in_words("203.0.113.*", here="198.51.100.*") == "другая сеть: 203.0.113.*"


def test_where_no_address_was_seen_it_is_not_the_same_but_unknown():
    assert networks.in_words("", here="") == "неизвестно"
