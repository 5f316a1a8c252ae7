"""«+ Добавить новую карту»: typed, confirmed, checked by the bank for nothing; kept is a mask alone."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts import confirmations
from accounts.models import Confirmation
from payments.models import CardBinding, SavedCard
from tests.payments.make import CODE
from tests.payments.steps import CARD, hidden_fields

pytestmark = pytest.mark.usefixtures("bank_key", "bank")

Status = CardBinding.Status
ADD, LIST = reverse("payments:saved-card-add"), reverse("payments:saved-card-list")


def type_card(client, **changes):
    with patch.object(confirmations, "_new_code", lambda purpose: CODE):
        return client.post(ADD, {**CARD, **changes})


def url(name="confirm"):
    return reverse(f"payments:saved-card-{name}", args=[CardBinding.objects.latest("id").uuid])


def confirm(client, page=None, **typed):
    page = page or type_card(client)
    return client.post(url(), {**hidden_fields(page.content.decode()), "code": CODE, **typed})


def test_it_asks_for_a_card_and_says_that_it_costs_nothing(anna_client):
    page = anna_client.get(ADD).content.decode()

    for words in ("Проверка карты бесплатна", "Номер карты", "CVV/CVC код", "Получить одноразовый пароль"):
        assert words in page
    assert "Запомнить карту" not in page


def test_a_card_is_added(anna_client, anna, bank):
    answer = confirm(anna_client)

    assert answer.url == LIST
    assert "Карта добавлена." in anna_client.get(LIST).content.decode()
    assert SavedCard.objects.get().resident == anna
    assert bank.charges == {}


@pytest.mark.parametrize("changes", [{"number": "2200 7702 3909 7762"}, {"cvv": "12"}, {"term": "01/20"}])
def test_a_bad_card_is_said_and_nothing_begins(anna_client, changes):
    assert "Проверьте форму: исправьте 1\u00a0поле" in type_card(anna_client, **changes).content.decode()
    assert not CardBinding.objects.exists()
    assert not Confirmation.objects.exists()


def test_the_page_of_the_password_carries_the_card_locked(anna_client):
    page = type_card(anna_client).content.decode()

    assert "МИР (***7761)" in page
    assert "2200770239097761" not in page.replace(" ", "")
    assert len(hidden_fields(page)["cryptogram"]) == 344


@pytest.mark.parametrize(("code", "said"), [("000000", "Осталось попыток: 4"), ("1", "состоит из 6 цифр")])
def test_a_wrong_password_adds_nothing(anna_client, bank, code, said):
    answer = confirm(anna_client, code=code)

    assert said in answer.content.decode()
    assert bank.calls == {}


def test_the_card_of_another_binding_is_not_taken(anna_client, bank):
    first = type_card(anna_client)
    type_card(anna_client, number="2201382000000013")

    answer = confirm(anna_client, first)

    assert answer.url == ADD
    assert bank.calls == {}


def test_a_card_that_was_not_confirmed_in_time_is_not_added(anna_client, bank):
    page = type_card(anna_client)
    CardBinding.objects.update(created_at=CardBinding.objects.get().created_at - timedelta(minutes=16))

    answer = confirm(anna_client, page)

    assert "Пароль больше не действует" in answer.content.decode()
    assert bank.calls == {}


def test_a_declined_card_says_why(anna_client, bank):
    bank.binding_error = "1082"

    confirm(anna_client)

    assert "Карта не добавлена. Неверный CVV/CVC код." in anna_client.get(LIST).content.decode()


def test_a_repost_shows_where_it_stands_and_asks_the_bank_nothing(anna_client, bank):
    page = type_card(anna_client)
    confirm(anna_client, page)

    again = confirm(anna_client, page)

    assert again.url == LIST
    assert bank.calls["bind_card"] == 1


def test_a_silent_bank_is_said_to_be_at_it(anna_client, bank):
    bank.lose["bind_card"] = "before"

    confirm(anna_client)

    assert "Банк ещё проверяет карту" in anna_client.get(LIST).content.decode()


def test_the_banks_page_is_offered_and_may_be_reached_from_this_one_alone(anna_client, bank):
    bank.binding_challenges = True

    answer = confirm(anna_client)
    page = anna_client.get(answer.url)

    assert answer.url == url("challenge")
    assert 'action="http://bank.example/acs"' in page.content.decode()
    assert "form-action 'self' http://bank.example" in page["Content-Security-Policy"]


def test_the_way_back_needs_no_cookie_and_no_token(client, anna_client, bank):
    bank.binding_challenges = True
    confirm(anna_client)
    binding = CardBinding.objects.get()
    bank.pass_binding(binding.request_key)

    back = reverse("payments:binding-return", args=[binding.return_token])
    answer = client.post(back, {"MD": "1", "PaRes": "2"})

    assert (answer.status_code, answer.url) == (303, url("bound"))
    assert anna_client.get(url("bound"), follow=True).content.decode().count("Карта добавлена.") == 1
    assert SavedCard.objects.count() == 1


def test_a_way_back_that_was_made_up_leads_nowhere(client, db):
    assert client.post(reverse("payments:binding-return", args=["nonsense"])).status_code == 404


def test_there_is_nothing_to_get_without_the_card(anna_client):
    type_card(anna_client)

    assert anna_client.get(url()).url == ADD


@pytest.mark.parametrize("name", ["confirm", "challenge", "bound"])
def test_a_stranger_sees_nothing(boris_client, anna_client, name):
    type_card(anna_client)

    assert boris_client.get(url(name)).status_code == 404


def test_the_bank_tells_of_it_too(anna_client, bank, client, monkeypatch):
    """A notification ends the binding as the answer does, and once."""
    bank.binding_challenges = True
    confirm(anna_client)
    binding = CardBinding.objects.get()
    bank.pass_binding(binding.request_key)
    monkeypatch.setattr(bank, "read_notification", lambda body: bank.bindings[binding.request_key])

    for _ in range(2):
        answer = client.post(reverse("payments:notification"), b"{}", content_type="application/json")

    binding.refresh_from_db()
    assert (answer.content, binding.status) == (b"OK", Status.COMPLETED)
