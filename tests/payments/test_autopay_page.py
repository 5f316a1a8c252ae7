"""«Автоплатёж»: turned on only by the one-time password for what was shown; paused, resumed, skipped, stopped."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Confirmation
from payments import autopay as rules
from payments import autopay_runs
from payments.models import Autopay, AutopayRun, SavedCard
from tests.accounts.make import code_sent_to
from tests.billing.make import make_account, make_provider
from tests.payments.autopay import make_autopay, make_card, make_template
from tests.payments.make import save_card
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(anna, annas_bill):
    make_card(anna)
    return make_template(anna, annas_bill.account)


@pytest.fixture
def page(template):
    return reverse("payments:autopay", args=[template.uuid])


def typed(card=None, **changes):
    usual = {"trigger": "BILL", "day": "", "amount": "", "limit": "15000"}
    return {**usual, "card": (card or SavedCard.objects.get()).pk, **changes}


def waiting() -> Autopay:
    return Autopay.objects.get(state=Autopay.State.NEW)


def test_it_is_on_only_after_the_password(anna_client, page):
    answer = anna_client.post(page, typed())
    made = waiting()
    assert answer.url == reverse("payments:autopay-confirm", args=[made.uuid])

    anna_client.post(answer.url, {"code": code_sent_to(ANNAS_PHONE, 6)})

    made.refresh_from_db()
    assert (made.state, made.limit) == (Autopay.State.ACTIVE, 1_500_000)


def test_where_it_goes_by_day_alone_its_words_leave_no_other_choice(anna_client, anna):
    make_card(anna)
    template = make_template(anna, make_account(provider=make_provider("akado", issues_bills=False)))

    page = anna_client.get(reverse("payments:autopay", args=[template.uuid])).content.decode()

    assert "Сумма, руб." in page
    assert "Необязательно" not in page
    assert "От 1 до 31; если в месяце меньше дней – в последний</" in page


def test_a_fine_is_paid_once_and_never_by_itself(anna_client, anna):
    make_card(anna)
    fines = make_provider("fines", account_kind="UIN", account_pattern="[0-9]{20}", issues_bills=False)
    template = make_template(anna, make_account("18810142200817004923", fines))
    address = reverse("payments:autopay", args=[template.uuid])

    refused = anna_client.post(address, typed(trigger="DAY", day="5", amount="500"))

    assert "Штраф платится один раз" in refused.content.decode()
    assert not Autopay.objects.exists()
    assert address not in anna_client.get(reverse("payments:template-list")).content.decode()


def test_a_wrong_password_leaves_it_off(anna_client, page):
    address = anna_client.post(page, typed()).url

    answer = anna_client.post(address, {"code": "000000"})

    assert "Неверный код из SMS. Осталось попыток: 4" in answer.content.decode()
    assert waiting().state == Autopay.State.NEW


def test_the_password_is_for_what_was_shown(anna_client, page):
    address = anna_client.post(page, typed()).url
    Autopay.objects.update(limit=90_000_000)

    answer = anna_client.post(address, {"code": code_sent_to(ANNAS_PHONE, 6)})

    assert "Пароль больше не действует" in answer.content.decode()
    assert waiting().state == Autopay.State.NEW


def test_new_settings_take_the_place_of_the_former(anna_client, template, page):
    former = make_autopay(template)
    address = anna_client.post(page, typed(limit="500")).url

    former.refresh_from_db()
    assert former.state == Autopay.State.ACTIVE
    anna_client.post(address, {"code": code_sent_to(ANNAS_PHONE, 6)})

    former.refresh_from_db()
    assert former.state == Autopay.State.STOPPED
    assert Autopay.objects.all().standing().get().limit == 50_000


@pytest.mark.parametrize(
    "changes, text",
    [
        ({"limit": ""}, "Введите сумму, больше которой не платить"),
        ({"limit": "0"}, "Сумма должна быть больше нуля"),
        ({"limit": "1e5"}, "Введите сумму цифрами"),
        ({"trigger": "DAY"}, "Введите день месяца"),
        ({"trigger": "DAY", "day": "32"}, "Введите число от 1 до 31"),
        ({"trigger": "DAY", "day": "первое"}, "Введите число от 1 до 31"),
        ({"trigger": "DAY", "day": "1", "amount": "20000"}, "Предел меньше суммы"),
        ({"card": "999999"}, "Этой карты нет. Выберите из списка"),
        ({"card": ""}, "Выберите карту"),
    ],
)
def test_what_is_typed_wrong_is_said_at_the_field(anna_client, page, changes, text):
    answer = anna_client.post(page, {**typed(), **changes})

    assert text in answer.content.decode()
    assert not Autopay.objects.exists()
    assert not Confirmation.objects.exists()


def test_where_no_bills_are_issued_it_asks_for_day_and_sum(anna, anna_client):
    make_card(anna)
    account = make_account(provider=make_provider("plain", account_check="PATTERN", issues_bills=False))
    address = reverse("payments:autopay", args=[make_template(anna, account).uuid])

    assert "когда придёт новый счёт" not in anna_client.get(address).content.decode()
    answer = anna_client.post(address, typed(trigger="DAY", day="5"))

    assert "Введите сумму" in answer.content.decode()


def plain_page(anna, **fields) -> str:
    """The form for an account without bills."""
    make_card(anna)
    account = make_account(provider=make_provider("plain", account_check="PATTERN", issues_bills=False, **fields))
    return reverse("payments:autopay", args=[make_template(anna, account).uuid])


def test_the_limit_is_what_leaves_the_card(anna, anna_client):
    address = plain_page(anna, fee_basis_points=300)

    too_low = anna_client.post(address, typed(trigger="DAY", day="5", amount="100", limit="102.99"))
    assert "с карты уйдёт 103,00\u00a0₽ с комиссией" in too_low.content.decode()
    assert not Autopay.objects.exists()

    anna_client.post(address, typed(trigger="DAY", day="5", amount="100", limit="103"))
    assert waiting().limit == 103_00


@pytest.mark.parametrize(
    "amount, text",
    [
        ("49.99", "Поставщик принимает не меньше 50,00\u00a0₽"),
        ("500.01", "Поставщик принимает не больше 500,00\u00a0₽"),
    ],
)
def test_a_sum_that_the_provider_would_not_take_is_said_at_its_field(anna, anna_client, amount, text):
    address = plain_page(anna, payment_minimum=50_00, payment_limit=500_00)

    answer = anna_client.post(address, typed(trigger="DAY", day="5", amount=amount))

    assert text in answer.content.decode()
    assert not Autopay.objects.exists()


def test_a_card_that_pays_only_with_its_code_is_not_offered(anna, anna_client, annas_bill):
    save_card(anna)
    address = reverse("payments:autopay", args=[make_template(anna, annas_bill.account).uuid])

    assert "нужна привязанная карта" in anna_client.get(address).content.decode()


def test_a_neighbours_card_is_refused(anna_client, boris, page):
    answer = anna_client.post(page, typed(card=make_card(boris)))

    assert "Этой карты нет" in answer.content.decode()


def test_it_shows_what_comes_next_and_lets_it_be_skipped(anna_client, template, page, bank):
    make_autopay(template)
    autopay_runs.run_due(now=NOW)
    run = AutopayRun.objects.get()

    shown = anna_client.get(page).content.decode()
    anna_client.post(reverse("payments:autopay-skip", args=[run.uuid]))

    assert "12\u00a0970,24" in shown
    assert "21.11.2026" in shown
    run.refresh_from_db()
    assert run.state == AutopayRun.State.SKIPPED


def test_what_is_being_paid_cannot_be_skipped(anna_client, template, page, bank):
    make_autopay(template)
    autopay_runs.run_due(now=NOW)
    autopay_runs.run_due(now=NOW + timedelta(days=1, minutes=1))

    answer = anna_client.post(reverse("payments:autopay-skip", args=[AutopayRun.objects.get().uuid]), follow=True)

    assert "Пропустить уже нельзя" in answer.content.decode()


def test_it_is_paused_resumed_and_stopped(anna_client, template):
    made = make_autopay(template)
    states = []
    for deed in ("pause", "resume", "stop"):
        anna_client.post(reverse(f"payments:autopay-{deed}", args=[made.uuid]))
        made.refresh_from_db()
        states.append(made.state)

    assert states == ["PAUSED", "ACTIVE", "STOPPED"]


def test_what_was_stopped_does_not_rise_again(anna_client, template):
    made = make_autopay(template)
    rules.stop(autopay=made, reason="", now=NOW)

    anna_client.post(reverse("payments:autopay-resume", args=[made.uuid]))

    made.refresh_from_db()
    assert made.state == Autopay.State.STOPPED


def test_the_neighbour_sees_and_does_nothing(boris_client, template, page, bank):
    made = make_autopay(template)
    autopay_runs.run_due(now=NOW)
    run = AutopayRun.objects.get()
    posts = [reverse(f"payments:autopay-{deed}", args=[made.uuid]) for deed in ("pause", "resume", "stop")]

    assert boris_client.get(page).status_code == 404
    assert boris_client.post(page, typed()).status_code == 404
    assert [boris_client.post(address).status_code for address in posts] == [404] * 3
    assert boris_client.post(reverse("payments:autopay-skip", args=[run.uuid])).status_code == 404
    assert boris_client.get(reverse("payments:autopay-confirm", args=[made.uuid])).status_code == 404


def test_nothing_is_done_by_looking(anna_client, template):
    made = make_autopay(template)

    assert anna_client.get(reverse("payments:autopay-stop", args=[made.uuid])).status_code == 405


def test_the_list_of_templates_leads_to_it(anna_client, page):
    assert page in anna_client.get(reverse("payments:template-list")).content.decode()
