"""«Создать шаблон» by hand, changing and deleting one."""

import pytest
from django.urls import reverse

from billing.models import Provider
from payments import payment_templates
from payments.models import PaymentTemplate
from tests.billing.make import make_account, make_provider
from tests.payments.test_template_list import LIST, make_template, text

NEW = reverse("payments:template-new")


@pytest.fixture
def provider(db):
    return make_account("1234567890").provider


def typed(chosen, **changes):
    return {"provider": chosen.pk, "number": "1234567890", "title": "Квартплата", "amount": "", **changes}


def test_what_he_typed_is_kept(anna_client, anna, provider):
    page = text(anna_client.post(NEW, typed(provider, number=" 12345 67890 ", amount="1 234,50"), follow=True))

    template = PaymentTemplate.objects.get()
    assert "Шаблон «Квартплата» сохранён" in page
    assert (template.resident, template.title, template.amount) == (anna, "Квартплата", 1234_50)
    assert template.account.number == "1234567890"


def test_a_number_of_a_provider_that_sends_no_list_is_taken_by_its_look(anna_client):
    provider = make_provider("mts", issues_bills=False, account_check=Provider.AccountCheck.PATTERN)

    anna_client.post(NEW, typed(provider, number="9161234567", amount="300"))

    assert PaymentTemplate.objects.get().account.number == "9161234567"


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"provider": ""}, "Выберите поставщика услуг"),
        ({"provider": "777"}, "Такого поставщика нет. Выберите из списка"),
        ({"number": ""}, "Введите номер"),
        ({"number": "12"}, "Пример: 1234567890"),
        ({"number": "9999999999"}, "Лицевой счёт не найден"),
        ({"title": "  "}, "Введите название шаблона"),
        ({"title": "я" * 61}, "не более 60"),
        ({"amount": "0"}, "Сумма должна быть больше нуля"),
        ({"amount": "-1"}, "Введите сумму цифрами"),
        ({"amount": "1e5"}, "Введите сумму цифрами"),
        ({"amount": "NaN"}, "Введите сумму цифрами"),
        ({"amount": "12 970,245"}, "не больше двух цифр"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_kept(anna_client, provider, changes, words):
    page = text(anna_client.post(NEW, typed(provider, **changes)))

    assert words in page
    assert not PaymentTemplate.objects.exists()


def test_numbers_cannot_be_probed_by_it(anna_client, provider):
    for number in range(6):
        page = text(anna_client.post(NEW, typed(provider, number=f"999999999{number}")))

    assert "Слишком много" in page


def test_a_name_is_his_once(anna_client, anna, provider):
    make_template(anna)

    assert "Шаблон с таким названием уже есть" in text(anna_client.post(NEW, typed(provider)))


def test_there_are_no_more_than_one_can_look_through(anna_client, anna, provider, monkeypatch):
    monkeypatch.setattr(payment_templates, "MOST", 1)
    make_template(anna, title="Первый")

    page = text(anna_client.post(NEW, typed(provider)))

    assert "шаблонов сохранить нельзя" in page


def test_a_closed_provider_is_not_offered(anna_client, provider):
    Provider.objects.update(is_active=False)

    assert provider.short_name not in text(anna_client.get(NEW))


def test_name_and_sum_can_be_changed(anna_client, anna):
    template = make_template(anna, amount=100_00)
    address = reverse("payments:template-edit", args=[template.uuid])
    assert 'value="100,00"' in text(anna_client.get(address))

    page = text(anna_client.post(address, {"title": "Дача", "amount": ""}, follow=True))

    template.refresh_from_db()
    assert (template.title, template.amount) == ("Дача", None)
    assert "Шаблон «Дача» сохранён" in page


def test_a_name_that_another_has_is_refused(anna_client, anna):
    make_template(anna, title="Дача")
    template = make_template(anna)

    page = text(anna_client.post(reverse("payments:template-edit", args=[template.uuid]), {"title": "Дача"}))

    assert "Шаблон с таким названием уже есть" in page
    template.refresh_from_db()
    assert template.title == "Квартплата"


def test_it_is_deleted_after_a_question(anna_client, anna):
    template = make_template(anna)
    address = reverse("payments:template-delete", args=[template.uuid])

    assert "Удалить шаблон «Квартплата»?" in text(anna_client.get(address))
    assert PaymentTemplate.objects.exists()
    answer = anna_client.post(address)

    assert answer.url == LIST
    assert not PaymentTemplate.objects.exists()


@pytest.mark.parametrize("name", ["template-edit", "template-delete"])
def test_a_neighbour_changes_nothing(boris_client, anna, name):
    template = make_template(anna)
    address = reverse(f"payments:{name}", args=[template.uuid])

    assert boris_client.get(address).status_code == 404
    assert boris_client.post(address, {"title": "Чужой"}).status_code == 404
    assert PaymentTemplate.objects.get().title == "Квартплата"
