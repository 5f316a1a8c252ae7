"""«Параметры операции», the sum: his own bill is offered, of another's account at most what is due is told."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import NumberRange
from billing.foreign_accounts import Found
from billing.models import Bill, BillQuerySet, PersonalAccount, Provider
from payments import pay_links
from payments.models import Payment
from tests.billing.make import add_account, make_account, make_manual_bill, make_provider
from tests.payments.make import submit
from tests.payments.steps import hidden_fields
from tests.people import NOW

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"


@pytest.fixture
def provider():
    return make_provider("akado", account_check="PATTERN", account_label="Номер договора")


@pytest.fixture
def address(anna, provider):
    return sum_address(anna, provider)


def sum_address(resident, provider, *, number=NUMBER, shows_due=False) -> str:
    return pay_links.sum_url(resident=resident, provider=provider, found=Found(number, shows_due))


def form(client, address, **changes):
    return {**hidden_fields(client.get(address).content.decode()), "amount": "1234.00", **changes}


def pay(client, address, **changes) -> Payment:
    """The payment that the form opens."""
    answer = client.post(address, form(client, address, **changes))
    assert answer.status_code == 303, answer.content.decode()
    return Payment.objects.order_by("pk").last()


def test_it_asks_for_the_sum_and_tells_fee_and_limits(anna_client, address):
    Provider.objects.update(
        fee_basis_points=150, fee_minimum=10_00, fee_maximum=500_00, payment_minimum=1_00, payment_limit=15_000_00
    )

    page = anna_client.get(address)
    text = page.content.decode().replace("\u00a0", " ")

    assertContains(page, "Номер договора")
    assertContains(page, "Сумма к оплате, руб.")
    assertContains(page, "Пример: 1234.00")
    assert "Комиссия: 1,5 %, не меньше 10,00 ₽, не больше 500,00 ₽." in text
    assert "За один раз – от 1,00 ₽ до 15 000,00 ₽." in text


class TestPhone:
    """A mobile number, whose operator can be guessed and not known."""

    @pytest.fixture
    def mts(self):
        fields = {"account_kind": "MOBILE", "account_pattern": r"\+79[0-9]{9}", "account_check": "PATTERN"}
        names = {"mts": "МТС", "mts-home": "МТС (дом)", "megafon": "Мегафон"}
        return [make_provider(code, short_name=name, full_name=name, **fields) for code, name in names.items()]

    def page(self, client, anna, provider, operator: str) -> str:
        NumberRange.objects.create(first=9260000000, last=9269999999, operator=operator)
        return client.get(sum_address(anna, provider, number="+79267771122")).content.decode()

    def test_that_may_be_anothers_says_so_and_can_still_be_paid(self, anna_client, anna, mts):
        page = self.page(anna_client, anna, mts[0], "МегаФон")

        assert "Похоже, это номер оператора «Мегафон»" in page
        assert 'href="/pay/megafon/?number=%2B7+926+777-11-22"' in page
        assert pay(anna_client, sum_address(anna, mts[0], number="+79267771122")).provider == mts[0]

    @pytest.mark.parametrize("operator, ones", [("МТС", 0), ("МТС", 1), ("Сбертелеком", 0)])
    def test_that_may_well_be_his_says_nothing(self, anna_client, anna, mts, operator, ones):
        assert "Похоже" not in self.page(anna_client, anna, mts[ones], operator)

    def test_is_shown_as_people_read_it_and_kept_as_it_was(self, anna_client, anna, mts):
        page = self.page(anna_client, anna, mts[0], "МТС")
        payment = pay(anna_client, sum_address(anna, mts[0], number="+79267771122"))
        submit(payment, anna)

        assert payment.snapshot.account_number == "+79267771122"
        for shown in (page, anna_client.get(reverse("payments:detail", args=[payment.uuid])).content.decode()):
            assert "+7 926 777-11-22" in shown
            assert "+79267771122" not in shown


def test_it_opens_a_payment_and_the_account_on_its_first_use(anna_client, anna, address, provider):
    Provider.objects.update(fee_basis_points=150, fee_minimum=10_00)

    payment = pay(anna_client, address)

    assert (payment.resident, payment.account.number, payment.bill) == (anna, NUMBER, None)
    assert (payment.amount, payment.fee) == (1_234_00, 18_51)
    snapshot = payment.snapshot
    assert (snapshot.account_label, snapshot.account_number, snapshot.charges) == ("Номер договора", NUMBER, [])
    assert (snapshot.bill_total, snapshot.period) == (None, None)
    assert PersonalAccount.objects.get().provider == provider


def test_the_card_page_follows_and_tells_the_fee_to_the_kopeck(anna_client, address, bank_key):
    Provider.objects.update(fee_basis_points=150, fee_minimum=20_00)

    payment = pay(anna_client, address)
    page = anna_client.get(reverse("payments:card", args=[payment.uuid])).content.decode().replace("\u00a0", " ")

    assert "1,5 %, не меньше 20,00 ₽ (20,00 руб.)" in page
    assert "Номер договора" in page
    assert "Посмотреть начисления" not in page


def test_the_same_form_twice_is_one_payment(anna_client, address):
    data = form(anna_client, address)

    assert anna_client.post(address, data).url == anna_client.post(address, data).url
    assert Payment.objects.count() == 1


def test_the_same_form_for_another_account_is_another_payment(anna_client, anna, address, provider):
    data = form(anna_client, address)
    anna_client.post(address, data)
    anna_client.post(sum_address(anna, provider, number="5555555555"), data)

    first, second = Payment.objects.order_by("pk")
    assert (first.status, first.form_key) == ("EXPIRED", None)
    assert second.account.number == "5555555555"


def test_a_form_of_a_submitted_payment_shows_its_result(anna_client, anna, address):
    data = form(anna_client, address)
    anna_client.post(address, data)
    submit(Payment.objects.get(), anna)

    assert anna_client.post(address, data).url == reverse("payments:detail", args=[Payment.objects.get().uuid])


@pytest.mark.parametrize(
    "amount, words",
    [
        ("", "Введите сумму"),
        ("0", "больше нуля"),
        ("0,00", "больше нуля"),
        ("-1", "Введите сумму цифрами"),
        ("1e5", "Введите сумму цифрами"),
        ("NaN", "Введите сумму цифрами"),
        ("Infinity", "Введите сумму цифрами"),
        ("1_000", "Введите сумму цифрами"),
        ("12 970,245", "не больше двух цифр"),
        ("0x10", "Введите сумму цифрами"),
        ("9,99", "За один раз можно заплатить не меньше 10,00"),
        ("15 000,01", "За один раз можно заплатить не больше 15 000,00"),
        ("99999999999", "За один раз можно заплатить не больше 15 000,00"),
    ],
)
def test_it_says_in_russian_what_is_wrong_with_the_sum(anna_client, address, amount, words):
    Provider.objects.update(payment_minimum=10_00, payment_limit=15_000_00)

    answer = anna_client.post(address, form(anna_client, address, amount=amount))

    page = answer.content.decode().replace("\u00a0", " ")
    assert answer.status_code == 200
    assert page.count(words) >= 2
    assert f'value="{amount}"' in page or not amount
    assert not Payment.objects.exists()


def test_without_a_limit_of_the_provider_the_banks_holds(anna_client, address):
    answer = anna_client.post(address, form(anna_client, address, amount="999999999"))

    assertContains(answer, "За один раз можно заплатить не больше 50\u00a0000\u00a0000,00")


# His own bill


@pytest.fixture
def own_address(anna, annas_bill):
    return sum_address(anna, annas_bill.account.provider)


def test_his_own_current_bill_is_offered(anna_client, own_address, annas_bill):
    page = anna_client.get(own_address)

    assertContains(page, "за июнь 2017, выставлен 05.07.2017")
    assertContains(page, "12\u00a0970,24\u00a0₽")
    url = reverse("payments:bill-charges", args=[annas_bill.uuid])
    assertContains(page, f'<a class="button" href="{url}">Оплатить счёт</a>', html=True)


def test_a_sum_that_he_types_never_touches_the_bill(anna, anna_client, own_address, annas_bill):
    payment = pay(anna_client, own_address, amount="12970.24")
    submit(payment, anna)

    annas_bill.refresh_from_db()
    assert (payment.bill, annas_bill.held) == (None, 0)


def test_hidden_fields_cannot_make_it_touch_the_bill(anna, anna_client, own_address, annas_bill):
    payment = pay(anna_client, own_address, amount="12970.24", due=annas_bill.due, version=1)

    assert payment.bill is None


def test_an_account_that_waits_for_its_proof_shows_nothing_of_its_bill(anna_client, own_address):
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    page = anna_client.get(own_address)

    assertNotContains(page, "12\u00a0970,24")
    assertNotContains(page, "Оплатить счёт")
    assertNotContains(page, "июнь")


def test_a_paid_bill_is_not_offered(anna_client, own_address):
    Bill.objects.update(paid=12_970_24)

    assertNotContains(anna_client.get(own_address), "Оплатить счёт")


# Somebody else's


@pytest.fixture
def told_address(boris, annas_bill):
    """Boris may be told what is due on Anna's account."""
    return sum_address(boris, annas_bill.account.provider, shows_due=True)


def test_of_anothers_account_nothing_is_shown(boris, boris_client, annas_bill):
    page = boris_client.get(sum_address(boris, annas_bill.account.provider))

    for words in ("12\u00a0970,24", "12970,24", "Отопление", "июнь", "Центральная", "Соколова"):
        assertNotContains(page, words)


def test_without_the_rule_of_what_is_visible_it_would_be_offered_to_anybody(
    boris, boris_client, annas_bill, monkeypatch
):
    """The saboteur."""
    monkeypatch.setattr(BillQuerySet, "visible_to", lambda bills, resident: bills)

    assertContains(boris_client.get(sum_address(boris, annas_bill.account.provider)), "12\u00a0970,24")


def test_where_it_is_allowed_the_due_is_told_and_nothing_else(boris_client, told_address):
    page = boris_client.get(told_address)

    assertContains(page, "12\u00a0970,24\u00a0₽")
    assertContains(page, 'value="12970,24"')
    for words in ("Отопление", "июнь", "05.07.2017", "Центральная", "Соколова"):
        assertNotContains(page, words)


def test_paying_exactly_that_holds_the_bill_and_freezes_no_charges(boris, boris_client, told_address, annas_bill):
    payment = pay(boris_client, told_address, amount="12 970,24")
    submit(payment, boris)

    annas_bill.refresh_from_db()
    assert annas_bill.held == 12_970_24
    assert (payment.bill, payment.snapshot.charges, payment.snapshot.bill_total) == (annas_bill, [], None)


def test_his_pages_show_no_charges_after_it_either(boris, boris_client, told_address, bank_key):
    payment = pay(boris_client, told_address, amount="12970.24")
    pages = [boris_client.get(reverse("payments:card", args=[payment.uuid]))]
    submit(payment, boris)
    pages.append(boris_client.get(reverse("payments:detail", args=[payment.uuid])))

    for page in pages:
        for words in ("Отопление", "Сумма выставленного счёта", "июнь"):
            assertNotContains(page, words)


def test_paying_another_sum_touches_no_bill(boris, boris_client, told_address, annas_bill):
    submit(pay(boris_client, told_address, amount="12970.23"), boris)

    annas_bill.refresh_from_db()
    assert annas_bill.held == 0


def test_without_the_permission_guessing_the_sum_holds_nothing(boris, boris_client, annas_bill):
    address = sum_address(boris, annas_bill.account.provider)

    payment = pay(boris_client, address, amount="12970.24", due=annas_bill.due, version=annas_bill.version)

    assert payment.bill is None


def test_a_bill_that_changed_meanwhile_is_told_and_the_new_sum_can_be_paid(boris_client, told_address, annas_bill):
    data = form(boris_client, told_address, amount="12970.24")
    Bill.objects.update(version=2, total=13_000_00)

    answer = boris_client.post(told_address, data)

    assertContains(answer, "Счёт изменился, проверьте сумму")
    assert not Payment.objects.exists()
    again = {**hidden_fields(answer.content.decode()), "amount": "13000"}
    assert boris_client.post(told_address, again).status_code == 303
    assert Payment.objects.get().bill == annas_bill


def test_a_bill_that_somebody_pays_meanwhile_is_not_paid_twice(boris_client, told_address):
    data = form(boris_client, told_address, amount="12970.24")
    Bill.objects.update(held=12_970_24)

    for _ in range(2):
        assertContains(boris_client.post(told_address, data), "Счёт уже оплачивается или оплачен")
    assert not Payment.objects.exists()


def test_the_way_back_from_the_card_begins_with_the_number_where_telling_is_counted(boris, boris_client, told_address):
    """Neither may a due be told for ever by an old payment, nor the former sum come back that now pays no bill."""
    payment = pay(boris_client, told_address, amount="12970.24")
    Bill.objects.update(version=2, total=13_000_00)
    payment = Payment.objects.select_related("snapshot", "bill").get(pk=payment.pk)

    for back in (pay_links.again_url(payment), pay_links.repeat_url(payment=payment, resident=boris)):
        assert back == f"/pay/smart-zhku/?number={NUMBER}"
        page = boris_client.get(back).content.decode().replace("\u00a0", " ")
        assert "13 000" not in page
        assert "12970,24" not in page


# The address


def test_a_stranger_cannot_use_it(boris_client, address):
    assert boris_client.get(address).status_code == 404
    assert boris_client.post(address, {"amount": "1"}).status_code == 404


def test_it_opens_nothing_at_another_provider(anna_client, address):
    make_provider("other")

    assert anna_client.get(address.replace("akado", "other")).status_code == 404


def test_an_altered_one_is_not_found(anna_client, address):
    assert anna_client.get(f"{address[:-2]}x/").status_code == 404


def test_an_old_one_leads_to_the_number(anna_client, address, time_machine_after_an_hour):
    answer = anna_client.get(address)

    assert (answer.status_code, answer.url) == (302, f"/pay/akado/?number={NUMBER}")


def test_a_closed_provider_leads_to_where_it_is_said(anna_client, address):
    Provider.objects.update(is_active=False)

    answer = anna_client.get(address)

    assert answer.status_code == 302
    assertContains(anna_client.get(answer.url), "Сейчас этот поставщик не принимает оплату")


def test_a_visitor_is_asked_to_log_in(client, address):
    assert client.get(address).url.startswith(reverse("accounts:login"))


def test_a_get_writes_nothing(anna_client, address):
    anna_client.get(address)

    assert not Payment.objects.exists()
    assert not PersonalAccount.objects.exists()


@pytest.mark.parametrize("shows_due", [False, True], ids=["own", "told"])
def test_it_asks_three_questions(anna, anna_client, django_assert_max_num_queries, shows_due):
    bill = make_manual_bill(None if shows_due else anna)
    for _ in range(10):
        add_account(anna, make_account())
    address = sum_address(anna, bill.account.provider, shows_due=shows_due)
    anna_client.get(address)

    with django_assert_max_num_queries(6):
        anna_client.get(address)


@pytest.fixture
def time_machine_after_an_hour(address, monkeypatch):
    """The signature is older than it may be."""
    monkeypatch.setattr("django.core.signing.time.time", lambda: NOW.timestamp() + 2 * 60 * 60)
