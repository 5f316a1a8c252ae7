"""The rule of adding an account, apart from its pages: what is counted when, and what parallel guesses get."""

from datetime import timedelta

import pytest

from accounts.models import User
from billing import personal_accounts
from billing.account_numbers import WrongNumber
from billing.models import AddedAccount, PersonalAccount, Provider
from notifications.models import Message
from safeguards import throttle
from tests.billing.make import add_account, make_account, make_provider
from tests.billing.racing import at_once
from tests.people import NOW


def confirm(resident, number, provider=None, now=NOW) -> str:
    return personal_accounts.confirm_number(
        resident=resident, provider=provider or make_provider(), number=number, now=now
    )


def add(resident, number, provider=None, title="", now=NOW) -> AddedAccount:
    return personal_accounts.add(
        resident=resident, provider=provider or make_provider(), number=number, title=title, now=now
    )


@pytest.mark.django_db
def test_a_number_is_given_back_without_its_spaces(anna):
    make_account("1234567890")

    assert confirm(anna, " 1234 567\u00a0890 ") == "1234567890"


@pytest.mark.django_db
def test_a_wrong_shape_is_no_miss(anna):
    for _ in range(10):
        with pytest.raises(WrongNumber):
            confirm(anna, "123")

    assert throttle.used(personal_accounts.MISSES, str(anna.uuid), NOW) == 0


@pytest.mark.django_db
def test_only_misses_are_counted_as_misses(anna):
    add_account(anna, make_account("1234567890"))
    make_account("2234567890")
    with pytest.raises(personal_accounts.AlreadyAdded):
        confirm(anna, "1234567890")
    confirm(anna, "2234567890")
    with pytest.raises(personal_accounts.UnknownAccount):
        confirm(anna, "3234567890")

    assert throttle.used(personal_accounts.MISSES, str(anna.uuid), NOW) == 1


@pytest.mark.django_db
def test_the_sixth_guess_of_an_hour_is_not_even_looked_up(anna, monkeypatch):
    make_account("1234567890")
    for number in range(5):
        with pytest.raises(personal_accounts.UnknownAccount):
            confirm(anna, f"999999999{number}")

    with pytest.raises(personal_accounts.TooManyMisses) as refusal:
        confirm(anna, "1234567890", now=NOW + timedelta(minutes=40))

    assert refusal.value.retry_after == timedelta(minutes=20)
    assert confirm(anna, "1234567890", now=NOW + timedelta(minutes=60)) == "1234567890"


@pytest.mark.django_db
def test_where_no_list_of_accounts_is_sent_the_first_use_creates_one(anna):
    provider = make_provider("pattern", account_check=Provider.AccountCheck.PATTERN)
    number = confirm(anna, "1234567890", provider)
    assert not PersonalAccount.objects.exists()

    added = add(anna, number, provider)

    assert added.account.number == "1234567890"
    assert throttle.used(personal_accounts.MISSES, str(anna.uuid), NOW) == 0


@pytest.mark.django_db
def test_where_one_is_sent_nothing_is_created(anna):
    with pytest.raises(personal_accounts.UnknownAccount):
        add(anna, "1234567890")

    assert not PersonalAccount.objects.exists()


@pytest.mark.django_db
def test_spaces_of_a_title_are_tidied(anna):
    make_account("1234567890")

    assert add(anna, "1234567890", title="  Центральная \n 5-1 ").title == "Центральная 5-1"


@pytest.mark.django_db
def test_ten_new_numbers_a_day_and_a_repetition_costs_nothing(anna):
    for number in range(10):
        add(anna, make_account(f"123456789{number}").number)
        with pytest.raises((personal_accounts.AlreadyAdded, personal_accounts.TooManyNumbers)):
            add(anna, f"123456789{number}")
    make_account("2234567890")

    with pytest.raises(personal_accounts.TooManyNumbers):
        add(anna, "2234567890")
    with pytest.raises(personal_accounts.TooManyNumbers):
        confirm(anna, "2234567890")

    assert add(anna, "2234567890", now=NOW + timedelta(days=1))


@pytest.mark.django_db
def test_a_day_of_one_resident_is_not_anothers(anna, boris):
    for number in range(10):
        add(anna, make_account(f"123456789{number}").number)

    assert add(boris, "1234567890")


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_five_answers(anna):
    make_provider()

    ends = at_once(40, lambda which: confirm(anna, f"99999999{which:02d}"))

    assert sum(isinstance(end, personal_accounts.UnknownAccount) for end in ends) == 5
    assert sum(isinstance(end, personal_accounts.TooManyMisses) for end in ends) == 35


@pytest.mark.django_db(transaction=True)
def test_without_the_place_taken_first_all_forty_are_answered(anna, monkeypatch):
    """The saboteur: guesses that nobody counts before the look-up."""
    make_provider()
    monkeypatch.setattr(throttle, "take", lambda limit, key, now: True)

    ends = at_once(40, lambda which: confirm(anna, f"99999999{which:02d}"))

    assert sum(isinstance(end, personal_accounts.UnknownAccount) for end in ends) == 40


@pytest.mark.django_db(transaction=True)
def test_one_account_added_from_two_tabs_is_added_once(anna):
    make_account("1234567890")

    ends = at_once(4, lambda _: add(anna, "1234567890"))

    assert sum(isinstance(end, AddedAccount) for end in ends) == 1
    assert sum(isinstance(end, personal_accounts.AlreadyAdded) for end in ends) == 3
    assert throttle.used(personal_accounts.NEW_NUMBERS, str(anna.uuid), NOW) == 1


@pytest.mark.django_db
def test_those_who_hold_the_account_are_told_but_not_by_whom(anna, boris):
    account = make_account("1234567890")
    add_account(anna, account)

    add(boris, "1234567890")

    message = Message.objects.get()
    assert (message.address, message.kind) == (anna.phone, "account_added_elsewhere")
    assert "1234567890" in message.text
    assert "Борис" not in message.text


@pytest.mark.django_db
def test_a_holder_is_told_once_a_day_however_often_it_is_added(anna, boris):
    add_account(anna, make_account("1234567890"))
    for day in range(2):
        for _ in range(4):
            personal_accounts.take_off(added=add(boris, "1234567890", now=NOW + timedelta(days=day)))

    assert Message.objects.filter(address=anna.phone).count() == 2


@pytest.mark.django_db
def test_nobody_is_told_who_may_not_see_the_account(anna, boris):
    provider = make_provider(account_proof=Provider.AccountProof.BILL_SUM)
    add_account(anna, make_account("1234567890"))

    personal_accounts.add(resident=boris, provider=provider, number="1234567890", title="", now=NOW, is_proven=True)

    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"is_active": False}, {"blocked_at": NOW}, {"phone": None}])
def test_closed_cabinets_are_not_told(anna, boris, fields):
    add_account(anna, make_account("1234567890"))
    User.objects.filter(pk=anna.pk).update(**fields)

    add(boris, "1234567890")

    assert not Message.objects.exists()


@pytest.mark.django_db
def test_where_a_proof_is_asked_nothing_is_added_without(anna):
    provider = make_provider(account_proof=Provider.AccountProof.PRINTED_CODE)
    make_account("1234567890")

    with pytest.raises(personal_accounts.NotProven):
        add(anna, "1234567890", provider)

    assert not AddedAccount.objects.exists()
