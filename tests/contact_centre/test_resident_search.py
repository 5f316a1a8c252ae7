"""«Житель»: found by whatever the caller says, and told no more than is needed to ask for the code word."""

import pytest
from django.urls import reverse

from accounts import registration
from accounts.models import User
from safeguards.models import JournalEntry
from smartservice.contact_centre import search
from smartservice.roles import Role
from tests.accounts.make import NEW_PHONE, code_sent_to, register
from tests.billing.make import add_account, make_account, make_manual_bill
from tests.clock import NOW
from tests.contact_centre.staff import client_of, make_staff
from tests.payments.make import open_payment, submit
from tests.people import ANNAS_PHONE, make_resident

pytestmark = pytest.mark.django_db
SEARCH = reverse("admin:resident-search")


def find(text: str) -> list[User]:
    return search.find(text=text, now=NOW).residents


@pytest.mark.parametrize("text", ["+79161234567", "8 (916) 123-45-67", "916 123 45 67", "4567", "23-45-67", "1234567"])
def test_a_phone_in_any_form_and_its_last_digits(anna, boris, text):
    assert find(text) == [anna]


@pytest.mark.parametrize("text", ["567", "", "  ", "!", "С"])
def test_what_says_too_little_finds_nobody(anna, text):
    assert find(text) == []


@pytest.mark.parametrize("text", ["Соколова", "соколова", "СОКОЛ", "Соколова Анна", "соколова а"])
def test_a_surname_in_any_case_and_its_beginning(anna, boris, text):
    assert find(text) == [anna]


def test_a_first_name_that_does_not_fit_finds_nobody(anna):
    assert find("Соколова Борис") == []


def test_a_surname_with_yo_is_found_without_it():
    person = make_resident("+79161111111", last_name="Кузьмёнок")

    assert find("кузьменок") == [person]
    person.last_name = "Фёдорова"
    person.save(update_fields=["last_name"])
    assert find("федорова") == [person]


def test_an_account_number_finds_everybody_who_added_it(anna, boris):
    account = make_account("1234567890")
    add_account(anna, account)
    add_account(boris, account)

    assert set(find("1234567890")) == {anna, boris}
    assert find("1234567891") == []


def test_an_account_number_with_letters_is_found():
    person = make_resident("+79161111111")
    add_account(person, make_account("ОЛ-77/5"))

    assert find("ОЛ-77/5") == [person]


def test_a_transaction_number_finds_who_paid(anna, boris):
    payment = open_payment(make_manual_bill(anna), anna)

    assert find(str(payment.number)) == []
    submit(payment, anna)
    assert find(str(payment.number)) == [anna]
    assert find(f"№ {payment.number}") == [anna]


def test_staff_and_the_erased_are_nobody(operator, anna):
    User.objects.filter(pk=anna.pk).update(phone=None)

    assert find("Смирнова") == []
    assert find("Соколова") == []


def test_no_more_than_twenty_are_shown(db):
    for number in range(25):
        make_resident(f"+791600000{number:02}")

    found = search.find(text="соколова", now=NOW)

    assert len(found.residents) == 20
    assert found.is_more


def test_it_asks_as_few_questions_however_many_people_there_are(anna, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        find("4567")


def test_the_one_who_was_meant_is_opened_at_once(operator_client, anna):
    answer = operator_client.post(SEARCH, {"text": "4567"})

    assert answer.url == reverse("admin:resident-card", args=[anna.uuid])


def test_several_are_shown_by_name_and_masked_phone(operator_client, anna):
    make_resident("+79161234568", first_name="Мария")

    page = operator_client.post(SEARCH, {"text": "соколова"}).content.decode()

    assert "Соколова Анна" in page
    assert "Соколова Мария" in page
    assert "+7 916 ***-**-67" in page
    assert ANNAS_PHONE not in page
    assert "anna@example.com" not in page


def test_every_person_who_was_shown_stands_in_the_journal_without_what_was_typed(operator_client, operator, anna):
    operator_client.post(SEARCH, {"text": "соколова"})

    row = JournalEntry.objects.get()
    assert (row.action, row.who_uuid, row.whose_uuid) == ("resident.searched", operator.uuid, anna.uuid)
    assert "соколова" not in str(row.__dict__)


def test_the_cursor_stands_in_the_field(operator_client):
    assert "autofocus" in operator_client.get(SEARCH).content.decode()


def test_an_unfinished_registration_gets_its_code_again_and_the_operator_does_not_see_it(operator_client, client):
    register(client)
    first = code_sent_to(NEW_PHONE)
    pending = registration.PendingRegistration.objects.get()
    page = operator_client.post(SEARCH, {"text": NEW_PHONE}).content.decode()
    where = reverse("admin:registration-code", args=[pending.uuid])
    assert where in page

    too_soon = operator_client.post(where, follow=True).content.decode()

    assert "Снова можно через" in too_soon
    assert first not in page + too_soon


def test_who_may_not_serve_residents_has_no_search(db):
    finance = client_of(make_staff(Role.FINANCE))

    assert finance.get(SEARCH).status_code == 403
    assert finance.post(SEARCH, {"text": "4567"}).status_code == 403
