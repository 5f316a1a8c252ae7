"""«Шаблоны операций»: his own, each with what is to be paid now, and what stands in the way."""

from datetime import date

from django.urls import reverse

from billing.models import Bill, Provider
from billing.money import Kopecks
from payments import payment_templates
from payments.models import PaymentTemplate
from tests.billing.make import add_account, make_account, make_bill, make_provider
from tests.payments.make import pay
from tests.people import NOW

LIST = reverse("payments:template-list")


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def make_template(resident, account=None, *, title="Квартплата", amount=None):
    account = account or make_account("1234567890")
    payment_templates.save(
        resident=resident, account=account, title=title, amount=Kopecks(amount) if amount else None, now=NOW
    )
    return PaymentTemplate.objects.get(resident=resident, title=title)


def press(client, template):
    return client.get(reverse("payments:template-pay", args=[template.uuid]))


def test_without_templates_it_says_how_to_make_one(anna_client):
    page = text(anna_client.get(LIST))

    assert "Шаблонов ещё нет" in page
    assert "Сохранить как шаблон" in page
    assert reverse("payments:template-new") in page


def test_it_stands_in_the_menu(anna_client):
    assert f'href="{LIST}"' in text(anna_client.get("/"))


def test_it_shows_name_provider_number_and_the_bill_that_is_current(anna_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account, amount=1_00)

    page = text(anna_client.get(LIST))

    for words in (
        "Квартплата",
        "Смарт Сервис (ЖКУ)",
        "1234567890",
        "12 970,24 ₽, счёт за июнь 2017",
        "Изменить",
        "Удалить",
    ):
        assert words in page
    assert reverse("payments:template-pay", args=[template.uuid]) in page


def test_a_phone_is_shown_as_people_read_it(anna_client, anna):
    mobile = make_provider("mts", account_kind="MOBILE", account_pattern=r"\+79[0-9]{9}")
    make_template(anna, make_account("+79267771122", mobile), title="Телефон")

    assert "+7 926 777-11-22" in text(anna_client.get(LIST))


def test_it_opens_with_the_current_bill(anna_client, anna, annas_bill):
    answer = press(anna_client, make_template(anna, annas_bill.account, amount=1_00))

    assert (answer.status_code, answer.url) == (303, reverse("payments:bill-charges", args=[annas_bill.uuid]))
    assert 'value="12970,24"' in text(anna_client.get(answer.url))


def test_a_new_month_opens_with_the_new_bill_never_with_the_last(anna_client, anna, annas_bill):
    """The residents' complaint: last month's payment repeated, and the new month left unpaid."""
    template = make_template(anna, annas_bill.account)
    july = make_bill(annas_bill.account, period=date(2017, 7, 1), issued_date=date(2017, 8, 5))

    answer = press(anna_client, template)

    assert answer.url == reverse("payments:bill-charges", args=[july.uuid])


def test_when_the_bill_is_paid_nothing_of_it_comes_again(anna_client, anna, annas_bill, bank):
    template = make_template(anna, annas_bill.account)
    pay(annas_bill, anna)

    page = text(anna_client.get(LIST))
    answer = press(anna_client, template)

    assert payment_templates.NOTHING_DUE in page
    assert str(annas_bill.uuid) not in answer.url


def test_without_a_bill_it_opens_with_its_sum(anna_client, anna):
    phone = make_account("+79161234567", make_provider("mts", short_name="МТС", issues_bills=False))
    template = make_template(anna, phone, title="Телефон мамы", amount=300_00)
    Provider.objects.filter(code="mts").update(account_pattern=r"\+7[0-9]{10}")

    page = text(anna_client.get(LIST))
    opened = text(anna_client.get(press(anna_client, template).url))

    assert "300,00 ₽" in page
    assert 'value="300,00"' in opened
    assert "+7 916 123-45-67" in opened


def test_of_an_account_that_is_not_his_it_shows_no_bill(boris_client, boris, annas_bill):
    template = make_template(boris, annas_bill.account)

    page, answer = text(boris_client.get(LIST)), press(boris_client, template)

    assert payment_templates.NOT_ADDED in page
    assert "12 970,24" not in page
    assert str(annas_bill.uuid) not in answer.url


def test_an_account_that_he_took_off_is_said_plainly(anna_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account)
    anna.added_accounts.all().delete()

    assert payment_templates.NOT_ADDED in text(anna_client.get(LIST))
    assert press(anna_client, template).status_code == 303


def test_a_closed_provider_is_said_plainly_and_cannot_be_paid(anna_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account)
    Provider.objects.update(is_active=False)

    page = text(anna_client.get(LIST))
    answer = press(anna_client, template)

    assert payment_templates.CLOSED in page
    assert reverse("payments:template-pay", args=[template.uuid]) not in page
    assert answer.url == LIST
    assert f"«Квартплата»: {payment_templates.CLOSED}" in text(anna_client.get(LIST))


def test_a_number_that_fits_no_more_is_said_plainly(anna_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account)
    Provider.objects.update(account_pattern="[0-9]{12}")

    assert payment_templates.RENUMBERED in text(anna_client.get(LIST))
    assert press(anna_client, template).url == LIST


def test_it_takes_three_queries_however_many_there_are(anna_client, anna, django_assert_max_num_queries):
    for number in range(8):
        account = make_account()
        add_account(anna, account)
        make_bill(account)
        make_template(anna, account, title=f"Шаблон {number}")
    anna_client.get(LIST)

    # Session and user stand beside the page's own.
    with django_assert_max_num_queries(5):
        page = text(anna_client.get(LIST))

    assert page.count("1 000,00 ₽, счёт за июнь 2017") == 8


def test_looking_and_opening_change_nothing(anna_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account)
    before = list(PaymentTemplate.objects.values()), list(Bill.objects.values())

    anna_client.get(LIST)
    press(anna_client, template)

    assert (list(PaymentTemplate.objects.values()), list(Bill.objects.values())) == before


def test_a_neighbour_sees_none_of_it(boris_client, anna, annas_bill):
    template = make_template(anna, annas_bill.account)

    assert "Квартплата" not in text(boris_client.get(LIST))
    assert press(boris_client, template).status_code == 404
