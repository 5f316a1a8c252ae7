"""«Рассылки»: written, looked at, tried on oneself, sent, stopped; each step in the journal."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from notifications import subscriptions
from notifications.models import Draft, DraftState, Message, Topic
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.contact_centre.staff import client_of, make_staff
from tests.people import NOW

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:notifications_draft_changelist"), reverse("admin:notifications_draft_add")


@pytest.fixture
def editor(db):
    return make_staff(Role.EDITOR, phone="+79000000031")


@pytest.fixture
def editor_client(editor):
    return client_of(editor)


@pytest.fixture
def draft(db):
    return Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="Скидка 10 %")


def act(client, action, *chosen, **more):
    data = {"action": action, "_selected_action": [draft.pk for draft in chosen], **more}
    return client.post(LIST, data, follow=True).content.decode()


def send(client, *chosen):
    return act(client, "send_to_subscribers", *chosen, confirmed="")


def test_it_is_written_and_shown_as_it_will_be_read(editor_client):
    editor_client.post(ADD, {"topic": Topic.PROMOTIONS_BY_SMS, "subject": "", "text": "Скидка  10 %\nв ноябре"})
    draft = Draft.objects.get()

    page = editor_client.get(reverse("admin:notifications_draft_change", args=[draft.pk])).content.decode()

    assert "Скидка 10 % в ноябре" in page
    assert "сегментов: 1" in page


def test_a_promotion_too_long_says_so(editor_client, draft):
    Draft.objects.update(text="ж" * 150)

    page = editor_client.get(reverse("admin:notifications_draft_change", args=[draft.pk])).content.decode()

    assert "Длиннее двух сегментов SMS" in page
    assert "SMS длиннее двух сегментов" in act(editor_client, "send_to_subscribers", draft)


def test_the_editor_tries_it_on_herself(editor_client, editor, draft):
    assert "сделано" in act(editor_client, "try_on_oneself", draft)

    assert Message.objects.get().address == editor.phone


def test_a_letter_is_tried_on_the_editors_own_mailbox(editor_client, editor):
    letter = Draft.objects.create(topic=Topic.LETTERS_BY_EMAIL, subject="Новости ноября", text="Здравствуйте!")
    assert "Ваш e-mail не указан" in act(editor_client, "try_on_oneself", letter)
    assert not Message.objects.exists()

    User.objects.filter(pk=editor.pk).update(email="editor@smart-service.example")

    assert "сделано" in act(editor_client, "try_on_oneself", letter)
    assert Message.objects.get().address == "editor@smart-service.example"


def test_deleting_is_named_in_russian(editor_client, draft):
    page = editor_client.get(LIST).content.decode()

    assert "Удалить выбранные…" in page
    assert "Удалить выбранные рассылки" not in page


def test_it_goes_to_subscribers_and_can_be_paused_resumed_and_stopped(editor_client, anna, draft):
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=NOW)
    states = []
    for action in ("send_to_subscribers", "pause", "resume", "stop"):
        act(editor_client, action, draft, confirmed="")
        draft.refresh_from_db()
        states.append(draft.state)

    assert states == [DraftState.SENDING, DraftState.PAUSED, DraftState.SENDING, DraftState.STOPPED]
    assert JournalEntry.objects.filter(target=f"Draft {draft.pk}").count() == 4
    assert "устарело 1" in editor_client.get(LIST).content.decode()


def test_before_anybody_hears_it_says_to_how_many_and_for_how_much(editor_client, anna, boris, draft, settings):
    settings.SMS_PRICE, settings.SMS_DAY_BUDGET, settings.SMS_CODE_RESERVE = 400, 20, 12
    for person in (anna, boris):
        subscriptions.save(resident_uuid=person.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=NOW)

    page = act(editor_client, "send_to_subscribers", draft)

    assert "Получат: 2\u00a0подписчика" in page
    assert "Каждому 1\u00a0часть SMS, всего около 8,00\u00a0₽" in page
    assert "в следующие дни" not in page
    assert not Message.objects.exists()
    draft.refresh_from_db()
    assert draft.state == DraftState.DRAFT


def test_it_says_that_a_day_s_budget_is_too_small(editor_client, anna, draft, settings):
    # All but what is kept for codes.
    settings.SMS_PRICE, settings.SMS_DAY_BUDGET, settings.SMS_CODE_RESERVE = 400, 20, 17
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=NOW)

    assert "в следующие дни" in act(editor_client, "send_to_subscribers", draft)


@pytest.mark.parametrize("where", ["list", "change"])
def test_what_looks_like_html_is_shown_as_it_was_written(editor_client, where):
    text = "<b>Скидка</b><img src=x onerror=alert(1)>"
    letter = Draft.objects.create(topic=Topic.LETTERS_BY_EMAIL, subject="<i>Новости</i>", text=text)
    change = reverse("admin:notifications_draft_change", args=[letter.pk])

    page = (
        act(editor_client, "send_to_subscribers", letter)
        if where == "list"
        else editor_client.get(change).content.decode()
    )

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert "<i>Новости" not in page


def test_a_letter_costs_nothing(editor_client, anna, draft):
    Draft.objects.update(topic=Topic.LETTERS_BY_EMAIL, subject="Новости ноября")
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.LETTERS_BY_EMAIL: True}, now=NOW)

    page = act(editor_client, "send_to_subscribers", draft)

    assert "Получат: 1\u00a0подписчик" in page
    assert "₽" not in page


def test_where_nobody_has_subscribed_it_says_so_and_begins_nothing(editor_client, draft):
    page = act(editor_client, "send_to_subscribers", draft)

    assert "никто не подписан" in page
    assert "Отправить</button>" not in page


def test_beside_one_that_somebody_reads_the_other_waits_for_readers(editor_client, anna, draft):
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=NOW)
    letter = Draft.objects.create(topic=Topic.LETTERS_BY_EMAIL, subject="Новости ноября", text="Здравствуйте!")

    page = act(editor_client, "send_to_subscribers", draft, letter)

    assert "Отправить</button>" in page
    assert re.findall(r'name="_selected_action" value="(\d+)"', page) == [str(draft.pk)]


def test_of_those_chosen_together_it_says_which_cannot_be_sent(editor_client, draft):
    Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="ж" * 150)
    begun = Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="Скидка", state=DraftState.SENDING)

    page = act(editor_client, "send_to_subscribers", *Draft.objects.all())

    assert page.count("<h2>") == 1
    assert "SMS длиннее двух сегментов" in page
    assert f"«{begun}»: сейчас это невозможно" in page


def test_a_letter_needs_a_subject_and_an_sms_keeps_none(editor_client):
    page = editor_client.post(ADD, {"topic": Topic.LETTERS_BY_EMAIL, "subject": " ", "text": "Здравствуйте!"})
    assert "Напишите тему письма" in page.content.decode()
    assert not Draft.objects.exists()

    editor_client.post(ADD, {"topic": Topic.PROMOTIONS_BY_SMS, "subject": "Скидка", "text": "Скидка 10 %"})

    assert Draft.objects.get().subject == ""


def test_two_chosen_together_are_both_sent(editor_client, anna, draft):
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.PROMOTIONS_BY_SMS: True}, now=NOW)
    other = Draft.objects.create(topic=Topic.PROMOTIONS_BY_SMS, text="Скидка 20 %")

    page = send(editor_client, draft, other)

    assert page.count("сделано") == 2
    assert Message.objects.count() == 2


def test_what_has_begun_is_not_rewritten(editor_client, draft):
    send(editor_client, draft)
    change = reverse("admin:notifications_draft_change", args=[draft.pk])

    editor_client.post(change, {"text": "другое", "topic": Topic.LETTERS_BY_EMAIL})

    draft.refresh_from_db()
    assert (draft.text, draft.topic) == ("Скидка 10 %", Topic.PROMOTIONS_BY_SMS)
    assert "сейчас это невозможно" in act(editor_client, "send_to_subscribers", draft)


def test_an_operator_sends_nothing_to_anybody(operator_client, draft):
    assert operator_client.get(LIST).status_code == 403
    assert (
        operator_client.post(LIST, {"action": "send_to_subscribers", "_selected_action": [draft.pk]}).status_code == 403
    )
