"""Page «Счета к оплате»."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.billing.make import add_account, make_account, make_bill

pytestmark = pytest.mark.django_db

URL = "/bills/"


def text(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_a_visitor_is_asked_to_log_in(client):
    response = client.get(URL)

    assert response.status_code == 302
    assert response.url == f"{reverse('accounts:login')}?next={URL}"


def test_it_shows_the_bill_of_the_manual_in_seven_columns(anna_client, annas_bill):
    page = text(anna_client.get(URL))

    for heading in (
        "Лицевой счёт",
        "Тип",
        "Дата выставления счёта",
        "Сумма счёта",
        "Сумма к оплате",
        "Статус",
    ):
        assert f">{heading}</th>" in page
    for value in (
        'Смарт Сервис (ЖКУ) <span class="nowrap">1234567890</span>',
        "Выставленный счёт",
        "05.07.2017",
        "за июнь 2017",
        "12 970,24 ₽",
    ):
        assert value in page
    assert "Смарт Сервис (ЖКУ) (1)" in page
    assert "Не оплачен" in page
    assert "Просрочен" in page
    assert f'href="/bills/{annas_bill.uuid}/pay/"' in page
    assert "Страницы:" in page
    assert "Добавить лицевой счёт с квитанции" in page


def test_the_stranger_sees_nothing_of_it(boris_client, annas_bill):
    page = text(boris_client.get(URL))

    assert "Нет добавленных лицевых счетов" in page
    assert "1234567890" not in page
    assert str(annas_bill.uuid) not in page


def test_the_stranger_gets_404_for_her_added_account(anna, boris_client, annas_bill):
    hers = anna.added_accounts.get()

    response = boris_client.get(URL, {"account": hers.uuid})
    absent = boris_client.get(URL, {"account": uuid4()})

    assert response.status_code == absent.status_code == 404


@pytest.mark.parametrize("account", ["1", "x", "' OR 1=1"])
def test_an_account_that_cannot_be_is_404(anna_client, account):
    assert anna_client.get(URL, {"account": account}).status_code == 404


def test_one_account_alone_is_named_and_leads_back_to_all(anna, anna_client, annas_bill):
    other = make_bill()
    add_account(anna, other.account, title="Дача")

    page = text(anna_client.get(URL, {"account": anna.added_accounts.get(title="Дача").uuid}))

    assert "Показаны счета «Дача»" in page
    assert "Показать по всем лицевым счетам" in page
    assert "1234567890" not in page


def test_the_tab_of_all_shows_what_the_tab_of_unpaid_hides(anna_client, annas_bill):
    annas_bill.paid = annas_bill.total
    annas_bill.save()

    unpaid, all_bills = text(anna_client.get(URL)), text(anna_client.get(URL, {"tab": "all"}))

    assert "Все счета оплачены" in unpaid
    assert "05.07.2017" not in unpaid
    assert "05.07.2017" in all_bills
    assert "Смарт Сервис (ЖКУ) (0)" in all_bills


def test_the_current_tab_is_marked(anna_client, annas_bill):
    assert 'aria-current="page">Неоплаченные' in text(anna_client.get(URL))
    assert 'aria-current="page">Все<' in text(anna_client.get(URL, {"tab": "all"}))
    for junk in ("junk", "all\0"):
        assert 'aria-current="page">Неоплаченные' in text(anna_client.get(URL, {"tab": junk}))


def test_the_dates_filter_and_stay_in_their_fields(anna_client, annas_bill):
    page = text(anna_client.get(URL, {"tab": "all", "start": "2017-08-01", "end": "2017-08-31"}))

    assert "За этот период счетов нет" in page
    assert 'value="2017-08-01"' in page
    assert '<input type="hidden" name="tab" value="all"' in page
    assert "12 970,24" in text(anna_client.get(URL, {"start": "05.07.2017", "end": "05.07.2017"}))


def test_the_tabs_keep_the_dates(anna_client, annas_bill):
    page = text(anna_client.get(URL, {"start": "2017-07-01"}))

    assert "?start=2017-07-01&amp;tab=all" in page


@pytest.mark.parametrize(
    "dates, words",
    [
        ({"start": "вчера"}, "Введите дату в виде 05.07.2017"),
        ({"end": "31.02.2017"}, "Введите дату в виде 05.07.2017"),
        ({"start": "2017-07-02", "end": "2017-07-01"}, "Эта дата раньше начала периода"),
    ],
)
def test_wrong_dates_are_explained_and_filter_nothing(anna_client, annas_bill, dates, words):
    page = text(anna_client.get(URL, dates))

    assert page.count(words) == 2
    assert "<title>Ошибка: " in page
    assert "12 970,24 ₽" in page


def test_without_accounts_it_says_how_to_begin(anna_client):
    page = text(anna_client.get(URL))

    assert "Нет добавленных лицевых счетов" in page
    assert 'href="/accounts/add/"' in page


def test_an_account_without_bills_is_told_apart_from_paid_ones(anna, anna_client):
    add_account(anna, make_account())

    assert "Счетов пока нет" in text(anna_client.get(URL, {"tab": "all"}))


def test_the_chart_has_a_bar_and_a_row_for_every_month(anna_client, annas_bill):
    make_bill(annas_bill.account, period=annas_bill.period.replace(month=4), total=13_000_00)

    page = text(anna_client.get(URL))

    assert "Начисления по месяцам" in page
    assert page.count("<rect ") == 3
    assert "<svg" in page
    assert "style=" not in page
    for month, total in (("апрель 2017", "13 000,00 ₽"), ("май 2017", "нет счёта"), ("июнь 2017", "12 970,24 ₽")):
        assert f'<tr><th scope="row">{month}</th><td class="amount">{total}</td></tr>' in page


def test_the_chart_is_the_same_on_both_tabs_and_whatever_the_dates(anna_client, annas_bill):
    make_bill(annas_bill.account, period=annas_bill.period.replace(month=5), total=13_000_00)

    for query in ({}, {"tab": "all"}, {"start": "2017-07-01", "end": "2017-07-02"}):
        assert text(anna_client.get(URL, query)).count("<rect ") == 2


def test_one_bill_makes_no_chart(anna_client, annas_bill):
    assert "Начисления по месяцам" not in text(anna_client.get(URL))


def test_every_bill_leads_to_its_charges_and_a_corrected_one_says_so(anna_client, annas_bill):
    annas_bill.paid, annas_bill.version = annas_bill.total, 2
    annas_bill.save()

    page = text(anna_client.get(URL, {"tab": "all"}))

    assert f'<a href="/bills/{annas_bill.uuid}/pay/">05.07.2017<' in page
    assert "Исправлен поставщиком услуг" in page
    assert ">Оплатить</a>" not in page


def test_titles_of_residents_are_shown_as_text(anna, anna_client):
    add_account(anna, make_bill().account, title="<script>alert(1)</script>")

    page = text(anna_client.get(URL))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_it_is_not_kept_by_browsers(anna_client, annas_bill):
    assert "no-store" in anna_client.get(URL)["Cache-Control"]


@pytest.mark.parametrize("odd", ["tab=%00", "tab=x", "start=%00", "start=0001-01-01", "page=%00"])
def test_an_odd_address_shows_what_there_is(anna_client, annas_bill, odd):
    assert anna_client.get(f"/bills/?{odd}").status_code == 200


def test_it_is_only_read(anna_client):
    assert anna_client.post(URL).status_code == 405


def test_it_asks_three_questions_however_many_bills(anna, anna_client, annas_bill, django_assert_max_num_queries):
    for month in range(1, 6):
        make_bill(annas_bill.account, period=annas_bill.period.replace(month=month))
    anna_client.get(URL)

    with django_assert_max_num_queries(5):
        anna_client.get(URL, {"tab": "all"})
