"""«Параметры операции», the number: open to anybody, and what was typed is not lost on the way through the login."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from billing.models import PersonalAccount, Provider
from billing.personal_accounts import MISSES
from tests.billing.make import add_account, make_account, make_category, make_manual_bill, make_provider

pytestmark = pytest.mark.django_db

URL = "/pay/smart-zhku/"
NUMBER = "1234567890"
NOT_FOUND = "Лицевой счёт не найден. Проверьте номер на квитанции"


@pytest.fixture(autouse=True)
def provider():
    return make_provider(notice="Обращаем внимание, обновление лицевого счёта происходит 1 раз в 30 дней.")


def post(client, number=NUMBER, url=URL):
    return client.post(url, {"number": number})


def test_it_shows_the_provider_its_notice_and_an_example(client):
    page = client.get(URL)

    assertContains(page, "<h1>Параметры операции</h1>", html=True)
    assertContains(page, "Смарт Сервис (Жилищно-коммунальные услуги)")
    assertContains(page, "обновление лицевого счёта происходит 1 раз в 30 дней")
    assertContains(page, "Номер лицевого счёта")
    assertContains(page, "Пример заполнения: 1234567890")


def test_each_provider_has_a_field_of_its_own(client):
    make_provider("gibdd", account_label="Номер постановления (УИН)", account_kind="UIN", account_example="188")

    page = client.get("/pay/gibdd/")

    assertContains(page, "Номер постановления (УИН)")
    assertNotContains(page, "Номер лицевого счёта")


def test_a_known_number_leads_on_to_the_sum(anna_client):
    make_account(NUMBER)

    answer = post(anna_client, " 1234 567\u00a0890 ")

    assert answer.status_code == 302
    assert answer.url.startswith(URL)
    assert NUMBER not in answer.url
    assertContains(anna_client.get(answer.url), NUMBER)


def test_a_visitor_logs_in_and_comes_back_to_what_he_typed(client, anna):
    make_account(NUMBER)

    answer = post(client)
    way_back = parse_qs(urlsplit(answer.url).query)["next"][0]

    assert answer.url.startswith(reverse("accounts:login"))
    client.force_login(anna)
    assertContains(client.get(way_back), f'value="{NUMBER}"')


def test_a_visitor_learns_nothing_of_which_accounts_there_are(client):
    make_account(NUMBER)

    answers = [post(client), post(client, "9999999999")]

    assert {answer.status_code for answer in answers} == {302}


def test_a_visitors_number_of_another_look_is_told_before_the_login(client):
    answer = post(client, "12")

    assertContains(answer, "Номер состоит из 10 цифр. Пример: 1234567890")


def test_a_number_and_a_sum_may_come_with_the_address(anna_client):
    make_account(NUMBER)
    prefilled = f"{URL}?number={NUMBER}&amount=100,50"

    assertContains(anna_client.get(prefilled), f'value="{NUMBER}"')
    assertContains(anna_client.get(post(anna_client, url=prefilled).url), 'value="100,50"')


def test_an_unknown_account_is_told_where_only_known_ones_are_taken(anna_client):
    answer = post(anna_client)

    assert answer.content.decode().count(NOT_FOUND) == 2
    assertContains(answer, "<title>Ошибка: ")
    assertContains(answer, f'value="{NUMBER}"')


def test_guessing_numbers_is_limited(anna_client):
    for _ in range(MISSES.times):
        post(anna_client)

    assertContains(post(anna_client), "Слишком много неверных номеров. Попробуйте через")


def test_elsewhere_any_number_of_its_look_goes_and_nothing_is_written_yet(anna_client):
    make_provider("akado", account_check="PATTERN", account_label="Номер договора")

    answer = post(anna_client, url="/pay/akado/")

    assert answer.status_code == 302
    assert not PersonalAccount.objects.exists()


@pytest.mark.parametrize(
    "number, words",
    [
        ("", "Введите номер постановления (УИН)"),
        ("18810177240010001111", "В УИН ошибка: проверьте цифры по постановлению"),
        ("123", "В УИН 20 или 25 знаков"),
        ("78 УХ 123456", "Проверка штрафов пока недоступна. Укажите УИН и сумму из постановления"),
    ],
)
def test_a_fine_is_asked_for_by_its_number(anna_client, number, words):
    fields = {"account_label": "Номер постановления (УИН)", "account_kind": "UIN", "account_check": "PATTERN"}
    make_provider("gibdd", account_pattern="[0-9A-ZА-Я]{20}", account_example="18810142200817004923", **fields)

    answer = post(anna_client, number, "/pay/gibdd/")

    assertContains(answer, words)
    assertNotContains(answer, "не найден")
    assert post(anna_client, "18810142200817004923", "/pay/gibdd/").status_code == 302


def test_his_added_accounts_come_first(anna, anna_client, boris):
    add_account(anna, make_account(NUMBER))
    add_account(anna, make_account("5555555555", make_provider("other")), title="Дача")
    add_account(boris, make_account("7777777777"), title="Квартира Бориса")

    page = anna_client.get(URL)
    html = page.content.decode()

    assert html.index("Ваши лицевые счета") < html.index("Центральная 5-1") < html.index("Другой номер")
    assertNotContains(page, "Дача")
    assertNotContains(page, "Квартира Бориса")
    choice = page.context["choices"][0]
    assertContains(anna_client.get(choice.url), NUMBER)


def test_what_waits_for_its_proof_is_not_among_them(anna, anna_client):
    add_account(anna, make_account(NUMBER))
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    assertNotContains(anna_client.get(URL), "Ваши лицевые счета")


def test_a_visitor_sees_nobodys_accounts(anna, client):
    add_account(anna, make_account(NUMBER))

    page = client.get(URL)

    assertNotContains(page, "Ваши лицевые счета")
    assertNotContains(page, "Центральная 5-1")


def test_a_closed_provider_says_so_and_takes_nothing(anna_client, provider):
    make_account(NUMBER)
    Provider.objects.update(is_active=False)

    for answer in (anna_client.get(URL), post(anna_client)):
        assertContains(answer, "Сейчас этот поставщик не принимает оплату через портал")
        assertNotContains(answer, "Далее")


def test_a_phone_that_was_guessed_can_be_given_to_another_operator(client):
    mobile = make_category("mobile")
    for code, name in (("mts", "МТС"), ("tele2", "Теле2")):
        fields = {"account_kind": "MOBILE", "account_pattern": r"\+79[0-9]{9}", "account_example": "+7 916 123-45-67"}
        make_provider(code, short_name=name, category=mobile, **fields)

    page = client.get("/pay/mts/?number=9161234567&guessed=1")

    assertContains(page, "Возможно, это номер оператора «МТС»")
    assertContains(page, '<a href="/pay/tele2/?number=9161234567">Теле2</a>', html=True)


def test_no_such_provider_is_not_found(anna_client):
    assert anna_client.get("/pay/nobody/").status_code == 404
    assert post(anna_client, url="/pay/nobody/").status_code == 404


def test_it_asks_little_of_the_database(anna, anna_client, django_assert_max_num_queries):
    make_manual_bill(anna)
    for _ in range(20):
        add_account(anna, make_account())
    anna_client.get(URL)

    with django_assert_max_num_queries(5):
        anna_client.get(URL)
