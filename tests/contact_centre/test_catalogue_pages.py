"""Providers, categories, fees and pages on the staff site: editors keep them, the journal keeps what was changed."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import pages
from accounts.models import Page, PageVersion
from billing import glossary
from billing.admin import HINTS
from billing.models import Provider, Term
from payments import register_export
from payments.models import RegisterDelivery
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.billing.make import make_account, make_provider, make_register
from tests.contact_centre.staff import client_of, make_staff
from tests.people import NOW

pytestmark = pytest.mark.django_db
GOOD = {"inn": "7702726396", "bic": "044525201", "settlement_account": "40802810700020000317"}
SLIPS = [
    ("settlement_account", "123", "Счёт состоит из 20 цифр"),
    ("settlement_account", "40802810700020000318", "Счёт не подходит к БИК"),
    ("bic", "04452520", "БИК состоит из 9 цифр"),
    ("inn", "7702726397", "В ИНН ошибка"),
]


@pytest.fixture
def editor_client(db):
    return client_of(make_staff(Role.EDITOR))


@pytest.fixture
def administrator_client(db):
    return client_of(make_staff(Role.ADMINISTRATOR, phone="+79000000020"))


def fields_of(client, provider):
    """The form of the provider as it stands."""
    page = client.get(reverse("admin:billing_provider_change", args=[provider.pk]))
    form = page.context["adminform"].form
    values = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    values = {name: value for name, value in values.items() if value is not False}
    prefix = "fee_rules"
    return {**values, f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}


def test_a_fee_is_changed_and_the_journal_says_from_what_to_what(editor_client):
    provider = make_provider()
    typed = {**fields_of(editor_client, provider), "fee_basis_points": "1,5"}

    editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    provider.refresh_from_db()
    row = JournalEntry.objects.get()
    assert provider.fee_basis_points == 150
    assert (row.target, row.before, row.after) == (
        f"Provider {provider.pk}",
        {"fee_basis_points": "0"},
        {"fee_basis_points": "150"},
    )


def test_sums_are_typed_in_roubles_and_stand_there_as_they_are_kept(editor_client):
    provider = make_provider()
    where = reverse("admin:billing_provider_change", args=[provider.pk])
    typed = {**fields_of(editor_client, provider), "payment_minimum": "10", "payment_limit": "15 000,50"}
    rule = {"fee_rules-0-method": "CARD", "fee_rules-0-basis_points": "0,99", "fee_rules-0-minimum": "30"}

    editor_client.post(where, {**typed, **rule, "fee_rules-TOTAL_FORMS": 1, "fee_rules-0-maximum": ""})

    provider.refresh_from_db()
    assert (provider.payment_minimum, provider.payment_limit) == (10_00, 15_000_50)
    assert provider.fee_rules.values_list("basis_points", "minimum", "maximum").get() == (99, 30_00, 0)
    assert fields_of(editor_client, provider)["payment_limit"] == "15\u00a0000,50"


def test_the_same_sum_written_otherwise_changes_nothing(editor_client):
    provider = make_provider(payment_limit=15_000_00)
    typed = {**fields_of(editor_client, provider), "payment_limit": "15000"}

    editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    assert not JournalEntry.objects.filter(before__has_key="payment_limit").exists()


def make_payment_register(provider):
    return register_export.export(provider=provider, day=NOW.date(), now=NOW + timedelta(days=1))


def make_delivery(provider):
    return RegisterDelivery.objects.create(provider=provider, since_date=NOW.date())


@pytest.mark.parametrize("make", [make_account, make_register, make_payment_register, make_delivery])
def test_the_code_of_a_provider_in_use_stays_what_it_is_and_its_page_says_so(editor_client, make):
    provider = make_provider()
    make(provider=provider)
    where = reverse("admin:billing_provider_change", args=[provider.pk])
    typed = {**fields_of(editor_client, provider), "code": "smart-zhku-2", "notice": "Новое"}

    editor_client.post(where, typed)

    provider.refresh_from_db()
    assert (provider.code, provider.notice) == ("smart-zhku", "Новое")
    page = editor_client.get(where).content.decode()
    assert 'name="code"' not in page
    assert HINTS["code"] in page


def test_a_slip_in_the_code_of_a_new_provider_is_mended(editor_client):
    provider = make_provider("smart-zku")
    typed = {**fields_of(editor_client, provider), "code": "smart-zhku"}

    page = editor_client.get(reverse("admin:billing_provider_change", args=[provider.pk])).content.decode()
    editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    provider.refresh_from_db()
    assert provider.code == "smart-zhku"
    assert HINTS["code"] in page
    assert HINTS["code"] in editor_client.get(reverse("admin:billing_provider_add")).content.decode()


@pytest.mark.parametrize("text", ["1e5", "-1", "NaN", "12,345", "сто"])
def test_what_is_no_sum_is_told_at_the_field_and_nothing_is_lost(editor_client, text):
    provider = make_provider(notice="Прежнее")
    typed = {**fields_of(editor_client, provider), "payment_limit": text, "notice": "Новое"}

    page = editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed).content.decode()

    provider.refresh_from_db()
    assert "Введите число, доли после запятой" in page
    assert f'value="{text}"' in page
    assert "Новое" in page
    assert (provider.payment_limit, provider.notice) == (0, "Прежнее")


def test_a_fee_above_a_hundred_per_cent_is_refused(editor_client):
    provider = make_provider()
    typed = {**fields_of(editor_client, provider), "fee_basis_points": "150"}

    page = editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed).content.decode()

    assert "комиссия – от 0 до 100 процентов" in page


def test_a_notice_is_shown_as_residents_will_see_it(editor_client):
    provider = make_provider(notice="Приём до 20 числа <b>")

    page = editor_client.get(reverse("admin:billing_provider_change", args=[provider.pk])).content.decode()

    assert '<div class="note note-info"><p>Приём до 20 числа &lt;b&gt;</p></div>' in page


def test_a_pattern_that_does_not_fit_its_example_is_told_at_the_field(editor_client):
    provider = make_provider()
    typed = {**fields_of(editor_client, provider), "account_pattern": "[A-Z]{3}"}

    page = editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed).content.decode()

    assert "Пример не подходит под образец" in page


def test_an_administrator_changes_requisites_and_the_journal_says_from_what_to_what(administrator_client):
    provider = make_provider()
    typed = {**fields_of(administrator_client, provider), **GOOD}

    administrator_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    provider.refresh_from_db()
    row = JournalEntry.objects.get()
    assert {name: getattr(provider, name) for name in GOOD} == GOOD
    assert (row.before, row.after) == (dict.fromkeys(GOOD, ""), GOOD)


@pytest.mark.parametrize("name, value, words", SLIPS)
def test_a_slip_in_a_requisite_is_told_at_its_field(administrator_client, name, value, words):
    provider = make_provider()
    typed = {**fields_of(administrator_client, provider), **GOOD, name: value}

    page = administrator_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    provider.refresh_from_db()
    assert words in " ".join(page.context["adminform"].form.errors[name])
    assert getattr(provider, name) == ""


def test_an_editor_sees_requisites_and_changes_none(editor_client):
    provider = make_provider(**GOOD)
    where = reverse("admin:billing_provider_change", args=[provider.pk])
    typed = {**fields_of(editor_client, provider), "notice": "Новое"}
    assert not typed.keys() & GOOD.keys()

    assert GOOD["settlement_account"] in editor_client.get(where).content.decode()
    editor_client.post(where, {**typed, "settlement_account": "40702810938000000001", "recipient_name": "ИП Обманов"})

    provider.refresh_from_db()
    assert (provider.notice, provider.recipient_name) == ("Новое", "")
    assert {name: getattr(provider, name) for name in GOOD} == GOOD


def test_wrong_requisites_of_former_times_do_not_keep_an_editor_from_the_words(editor_client):
    provider = make_provider(inn="77", bic="1")
    typed = {**fields_of(editor_client, provider), "notice": "Новое"}

    editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed)

    provider.refresh_from_db()
    assert (provider.notice, provider.inn) == ("Новое", "77")


def test_a_day_that_not_every_month_has_is_told_in_a_sentence(editor_client):
    provider = make_provider()
    typed = {**fields_of(editor_client, provider), "due_day": "31"}

    page = editor_client.post(reverse("admin:billing_provider_change", args=[provider.pk]), typed).content.decode()

    assert "день оплаты – от 1 до 28 или пусто" in page
    assert "provider_due_day" not in page


def test_one_more_fee_is_offered_without_a_capital_in_the_middle(editor_client):
    page = editor_client.get(reverse("admin:billing_provider_change", args=[make_provider().pk]))

    (fees,) = page.context["inline_admin_formsets"]
    assert json.loads(fees.inline_formset_data())["options"]["addText"] == "Добавить еще один «способ оплаты»"


def test_a_provider_is_found_by_its_folded_name(editor_client):
    make_provider("bee", short_name="Пчёлка", full_name="Пчёлка")
    make_provider()

    page = editor_client.get(reverse("admin:billing_provider_changelist"), {"q": "ПЧЕЛ"}).content.decode()

    assert "Пчёлка" in page
    assert "Смарт Сервис (ЖКУ)" not in page


def test_providers_are_not_deleted(editor_client):
    provider = make_provider()

    assert editor_client.post(reverse("admin:billing_provider_delete", args=[provider.pk])).status_code == 403
    assert Provider.objects.filter(pk=provider.pk).exists()


def test_a_page_is_looked_at_before_it_is_published(editor_client):
    where = reverse("admin:page-edit", args=["about"])
    number = pages.current(Page.ABOUT).number

    page = editor_client.post(where, {"text": "## Новое\n\n<script>", "show": ""}).content.decode()

    assert "<h2>Новое</h2>" in page
    assert "<script>\n" not in page
    assert pages.current(Page.ABOUT).number == number


def test_a_published_page_is_another_version_and_a_row_of_the_journal(editor_client):
    number = pages.current(Page.ABOUT).number

    editor_client.post(reverse("admin:page-edit", args=["about"]), {"text": "Новое", "publish": ""})

    version = pages.current(Page.ABOUT)
    assert (version.number, version.text) == (number + 1, "Новое")
    assert JournalEntry.objects.get().target == f"PageVersion {version.pk}"


def test_an_empty_page_is_not_published(editor_client):
    before = PageVersion.objects.count()

    page = editor_client.post(reverse("admin:page-edit", args=["about"]), {"text": "", "publish": ""}).content.decode()

    assert "не может быть пустой" in page
    assert PageVersion.objects.count() == before


def test_a_page_that_is_none_is_not_found(editor_client):
    assert editor_client.get(reverse("admin:page-edit", args=["nowhere"])).status_code == 404


def test_a_word_of_bills_is_written_by_an_editor_and_explained_from_then_on(editor_client):
    typed = {"word": "ЖБО", "meaning": "вывоз <b>стоков", "spellings": "ЖБО, жидк* отход*"}

    editor_client.post(reverse("admin:billing_term_add"), typed)

    term = Term.objects.get(word="ЖБО")
    (part,) = [part for part in glossary.parts("Жидкие отходы на ИП", glossary.terms()) if part.term == term]
    page = editor_client.get(reverse("admin:billing_term_change", args=[term.pk])).content.decode()
    assert part.text == "Жидкие отходы"
    assert "<dfn>ЖБО</dfn> – вывоз &lt;b&gt;стоков" in page
    assert JournalEntry.objects.get().after == typed


def test_a_changed_meaning_stands_in_the_journal_with_what_it_was(editor_client):
    term = Term.objects.get(word="ГВС")
    typed = {"word": "ГВС", "meaning": "горячая вода", "spellings": "ГВС"}

    editor_client.post(reverse("admin:billing_term_change", args=[term.pk]), typed)

    row = JournalEntry.objects.get()
    assert (row.before, row.after) == ({"meaning": "горячее водоснабжение"}, {"meaning": "горячая вода"})


def test_a_spelling_too_open_is_told_at_its_field(editor_client):
    page = editor_client.post(
        reverse("admin:billing_term_add"), {"word": "Всё", "meaning": "всё", "spellings": "*"}
    ).content.decode()

    assert "«*»: нужны хотя бы две буквы" in page
    assert not Term.objects.filter(word="Всё").exists()


def test_a_list_with_actions_has_the_words_that_its_script_counts_in(editor_client):
    page = editor_client.get(reverse("admin:billing_term_changelist")).content.decode()

    assert page.index(reverse("admin:jsi18n")) < page.index("admin/js/actions")
