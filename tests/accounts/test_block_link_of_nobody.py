"""A link that was made for nobody, so that every phone costs the same work, leads nowhere."""

import pytest
from django.test import Client

from accounts import block_links, quick_block
from accounts.models import BlockLink, User
from tests.people import NOW

pytestmark = pytest.mark.django_db


def token_of(link):
    return link.rpartition("/")[2]


def test_it_is_found_by_nobody(anna):
    token = token_of(block_links.make(user=None, now=NOW))

    assert BlockLink.objects.count() == 1
    assert block_links.find(token=token, now=NOW) is None
    with pytest.raises(quick_block.StaleLink):
        quick_block.look(token=token, ip="203.0.113.7", now=NOW)


def test_pressing_the_button_of_it_blocks_nobody(anna):
    token = token_of(block_links.make(user=None, now=NOW))

    answer = Client().post(f"/s/{token}")

    assert answer.status_code == 404
    assert User.objects.get().blocked_at is None


def test_those_whose_day_is_over_are_forgotten_by_the_next(anna, settings):
    block_links.make(user=None, now=NOW)
    block_links.make(user=anna, now=NOW)

    block_links.make(user=None, now=NOW + settings.BLOCK_LINK_LIFE)

    assert BlockLink.objects.filter(user=None).count() == 1
    assert BlockLink.objects.filter(user=anna).count() == 1
