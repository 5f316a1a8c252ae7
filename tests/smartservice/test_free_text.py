"""No card number is kept in words of residents and staff, and who wrote it there is told so."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.forms import RegistrationForm
from accounts.models import AnswerTemplate, BlockEvent, Feedback
from accounts.profile_forms import ProfileForm
from billing.forms import MarkForm, TitleForm
from payments.statement_forms import StatementOrderForm
from payments.template_forms import TemplateByHandForm, TemplateForm
from safeguards import card_numbers
from safeguards.models import JournalEntry
from smartservice.contact_centre import forms as of_staff
from smartservice.middleware import HIDDEN_CARD
from smartservice.roles import Role
from tests.accounts.feedback_steps import FEEDBACK
from tests.billing.make import add_account
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db

CARD = "2200 7702 3909 7761"
WORDS = f"Платил картой {CARD}"
KEPT = "Платил картой •••• 7761"


def written(client, text=WORDS):
    return client.post(
        FEEDBACK, {"topic": "PAYMENT", "text": text, "operation_number": "", "account_number": ""}, follow=True
    )


def test_a_card_in_feedback_is_kept_without_its_number_and_the_resident_is_told(anna_client):
    page = written(anna_client)

    assert Feedback.objects.get().text == KEPT
    assertContains(page, HIDDEN_CARD)
    assertNotContains(page, CARD)


def test_without_the_mask_the_whole_number_would_be_kept(anna_client, monkeypatch):
    monkeypatch.setattr(card_numbers, "masked", lambda text: text)

    written(anna_client)

    assert CARD in Feedback.objects.get().text


def test_nobody_is_told_of_a_card_that_he_did_not_write(anna_client):
    written(anna_client)

    assertNotContains(written(anna_client, "Лицевой счёт 1234567890"), HIDDEN_CARD)


def test_a_card_in_a_name_of_an_account_is_masked(anna, anna_client):
    added = add_account(anna)

    page = anna_client.post(reverse("billing:account-rename", args=[added.uuid]), {"title": CARD}, follow=True)

    added.refresh_from_db()
    assert added.title == "•••• 7761"
    assertContains(page, HIDDEN_CARD)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (TitleForm, "title"),
        (MarkForm, "reason"),
        (TemplateForm, "title"),
        (TemplateByHandForm, "title"),
        (StatementOrderForm, "address"),
        (of_staff.ReasonForm, "reason"),
        (of_staff.PhoneChangeForm, "reason"),
        (of_staff.AnswerForm, "text"),
        (of_staff.PageForm, "text"),
        (of_staff.RefundForm, "why"),
        (of_staff.RefusalForm, "answer"),
    ],
)
def test_every_field_for_free_words_masks(form, name):
    assert form.base_fields[name].clean(WORDS) == KEPT


@pytest.mark.parametrize("name", ["address", "postal_address", "passport_issuer"])
def test_a_profile_keeps_no_card(name):
    assert ProfileForm.base_fields[name].clean("2200 7702\n3909 7761") == "•••• 7761"


def test_a_card_number_is_no_code_word():
    form = RegistrationForm({"code_word": CARD})

    assert form.errors["code_word"] == ["Номер карты здесь писать нельзя. Придумайте другое"]


def test_staff_keep_no_card_in_a_ready_answer(db):
    client = client_of(make_staff(Role.SENIOR))

    page = client.post(reverse("admin:accounts_answertemplate_add"), {"title": "О карте", "text": WORDS}, follow=True)

    assert AnswerTemplate.objects.get(title="О карте").text == KEPT
    assertContains(page, HIDDEN_CARD)


def test_a_reason_given_to_a_command_is_masked_as_well(anna):
    call_command("block", phone=anna.phone, reason=WORDS)

    assert BlockEvent.objects.get().reason == KEPT
    assert JournalEntry.objects.get().why == KEPT
