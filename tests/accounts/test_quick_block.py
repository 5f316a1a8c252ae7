"""Page «Быстрая блокировка»: one look, one button, one use; an old or wrong link is met calmly."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import block_links, blocking, quick_block
from accounts.models import BlockEvent, BlockLink, BlockSource, User
from notifications.models import Message
from safeguards.models import Throttle
from tests.accounts.make import log_in, sms, words
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
BLOCKED, CLOSED = reverse("accounts:blocked"), reverse("billing:account-list")
STALE = "Ссылка из SMS действует сутки и только один раз"


@pytest.fixture
def link(anna, settings):
    """The path of the link in an SMS to Anna."""
    return block_links.make(user=anna, now=NOW).removeprefix(settings.BASE_URL)


def is_blocked():
    return User.objects.get(phone=ANNAS_PHONE).blocked_at is not None


def unblock(anna):
    blocking.unblock(user=anna, source=BlockSource.COMMAND, reason="проверено", now=NOW)


def test_the_page_says_whose_cabinet_and_what_will_happen(link, client):
    text = words(client.get(link))

    assert "Быстрая блокировка" in text
    assert "+7 916 ***-**-67" in text
    assert "Заблокировать кабинет" in text
    assert "8 800 100-39-00" in text
    assert "Соколова" not in text


def test_opening_the_link_writes_nothing(link, client, django_assert_num_queries):
    before = list(BlockLink.objects.values()), list(User.objects.values())

    client.get(link)
    client.head(link)

    assert (list(BlockLink.objects.values()), list(User.objects.values())) == before
    assert not Throttle.objects.exists()
    assert not BlockEvent.objects.exists()


def test_the_button_blocks_without_login(link, client):
    response = client.post(link)

    event = BlockEvent.objects.get()
    assert (response.status_code, response["Location"]) == (302, BLOCKED)
    assert is_blocked()
    assert (event.source, event.ip, event.reason) == ("LINK", "127.0.0.1", quick_block.REASON)
    assert "личный кабинет заблокирован" in sms(ANNAS_PHONE)[-1]


def test_the_thief_is_out_at_his_next_request(link, client):
    thief = Client()
    log_in(thief, ANNAS_PHONE)

    client.post(link)

    assert thief.get(CLOSED).status_code == 403


def test_a_second_press_sees_that_it_is_done(link, client):
    client.post(link)

    assert client.post(link)["Location"] == BLOCKED
    assert client.get(link)["Location"] == BLOCKED
    assert BlockEvent.objects.count() == 1


def test_it_works_once(link, client, anna):
    client.post(link)
    unblock(anna)

    for response in (client.get(link), client.post(link)):
        assert response.status_code == 404
        assert STALE in words(response)
    assert not is_blocked()


def test_saboteur_a_link_that_is_not_used_up_would_block_again(link, client, anna):
    client.post(link)
    unblock(anna)
    BlockLink.objects.update(used_at=None)

    client.post(link)

    assert is_blocked()


def test_links_from_before_a_blocking_are_used_up_with_it(link, client, anna):
    blocking.block(user=anna, source=BlockSource.CABINET, reason="сама", ip=None, now=NOW)
    unblock(anna)

    client.post(link)

    assert not is_blocked()


def test_a_link_that_was_used_up_while_the_button_was_pressed_blocks_nothing(link, client, monkeypatch):
    block = blocking.block

    def after_another(**values):
        BlockLink.objects.update(used_at=NOW - timedelta(minutes=1))
        return block(**values)

    monkeypatch.setattr(blocking, "block", after_another)

    response = client.post(link)

    assert STALE in words(response)
    assert not is_blocked()
    assert not Message.objects.exists()


def test_a_day_later_it_is_stale(link, client):
    with time_machine.travel(NOW + timedelta(hours=23, minutes=59)):
        assert client.get(link).status_code == 200
    with time_machine.travel(NOW + timedelta(hours=24)):
        assert client.get(link).status_code == 404
        assert client.post(link).status_code == 404

    assert not is_blocked()


@pytest.mark.parametrize("token", ["x", "a" * 18, "a" * 5000, "%00", "..", "<script>alert(1)<", "Ж" * 18])
def test_a_wrong_link_is_met_calmly(link, client, token):
    path = reverse("accounts:quick-block", args=["TOKEN"]).replace("TOKEN", token)

    for response in (client.get(path), client.post(path)):
        assert response.status_code in (400, 404)
        assert "<script>alert" not in response.content.decode()
    assert not is_blocked()


def test_guessing_from_one_address_is_limited(link, client):
    wrong = reverse("accounts:quick-block", args=["a" * block_links.TOKEN_LENGTH])
    for _ in range(quick_block.PER_ADDRESS.times):
        assert client.post(wrong).status_code == 404

    for response in (client.post(wrong), client.get(link), client.post(link)):
        assert response.status_code == 429
        assert "слишком много ссылок" in words(response)
        assert "8 800 100-39-00" in words(response)
    assert not is_blocked()
    assert client.post(link, REMOTE_ADDR="198.51.100.4").status_code == 302


def test_every_link_is_another_and_only_letters(anna, settings):
    tokens = {block_links.make(user=anna, now=NOW).split("/")[-1] for _ in range(20)}

    assert len(tokens) == 20
    assert all(token.isascii() and token.isalpha() for token in tokens)
    assert not BlockLink.objects.filter(token_hmac__in=tokens).exists()


def test_old_links_are_forgotten_when_a_new_one_is_made(anna, link):
    block_links.make(user=anna, now=NOW + timedelta(days=1))

    assert BlockLink.objects.count() == 1


def test_it_needs_a_token_of_its_page(link):
    client = Client(enforce_csrf_checks=True)

    assert client.post(link).status_code == 403
    assert not is_blocked()


def test_a_neighbour_who_is_logged_in_can_help_but_not_more(link, boris_client, boris):
    boris_client.post(link)

    boris.refresh_from_db()
    assert is_blocked()
    assert boris.blocked_at is None
    assert boris_client.get(CLOSED).status_code == 200


def test_it_is_kept_by_no_cache_and_tells_no_other_site(link, client):
    response = client.get(link)

    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"
