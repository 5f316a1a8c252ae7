"""What staff pages have in common: what was changed stands in the journal, and only open fields as they are."""

import pytest
from django.test import RequestFactory
from django.urls import reverse

from accounts.admin import StaffMemberAdmin
from accounts.models import User
from safeguards.journal import Actor
from safeguards.models import JournalEntry
from safeguards.staff_pages import actor_of, target_of
from smartservice.roles import Role
from tests.billing.make import make_category, make_provider
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    return make_staff(Role.EDITOR, phone="+79000000070")


@pytest.fixture
def senior_client(db):
    return client_of(make_staff(Role.SENIOR, phone="+79000000071"))


def template(client, name="add", key=None, **typed):
    args = [key] if key else []
    return client.post(reverse(f"admin:accounts_answertemplate_{name}", args=args), typed)


def rows():
    return list(JournalEntry.objects.order_by("number").values_list("action", "target", "before", "after"))


def test_a_row_is_named_by_model_and_key_alone(anna):
    assert target_of(anna) == f"User {anna.pk}"


def test_a_request_that_did_not_come_through_the_site_has_nobody():
    with pytest.raises(AttributeError):
        actor_of(RequestFactory().get("/"))


def test_who_is_at_the_keyboard_is_who_came_in(editor):
    request = RequestFactory().get("/")
    request.staff_actor = Actor(uuid=editor.uuid, ip="203.0.113.7")

    assert actor_of(request).uuid == editor.uuid


def test_added_changed_and_removed_are_three_rows(senior_client):
    template(senior_client, title="Скоро", text="Скоро ответим.")
    key = JournalEntry.objects.get().target.split()[1]
    template(senior_client, "change", key, title="Скоро", text="Ответим за день.")
    template(senior_client, "delete", key, post="yes")

    assert rows() == [
        ("row.added", f"AnswerTemplate {key}", {}, {"title": "Скоро", "text": "Скоро ответим."}),
        ("row.changed", f"AnswerTemplate {key}", {"text": "Скоро ответим."}, {"text": "Ответим за день."}),
        ("row.removed", f"AnswerTemplate {key}", {"title": "Скоро", "text": "Ответим за день."}, {}),
    ]


def test_what_was_saved_as_it_was_changed_nothing(senior_client):
    template(senior_client, title="Скоро", text="Скоро ответим.")
    key = JournalEntry.objects.get().target.split()[1]

    template(senior_client, "change", key, title="Скоро", text="Скоро ответим.")

    assert rows()[-1][2:] == ({}, {})


def test_a_field_that_is_not_open_stands_masked():
    assert StaffMemberAdmin.open_fields == ("is_active", "groups")
    admin = StaffMemberAdmin(User, None)

    assert admin._word("last_name", "Смирнова") == "…ва"
    assert admin._word("is_active", True) == "True"
    assert admin._word("phone", None) == ""


def test_the_history_of_a_row_is_its_rows_of_the_journal(editor):
    provider = make_provider()
    client = client_of(editor)

    answer = client.get(reverse("admin:billing_provider_history", args=[provider.pk]))

    assert answer.url == reverse("admin:safeguards_journalentry_changelist") + f"?q=Provider+{provider.pk}"


def test_lists_and_rows_are_headed_in_russian(editor):
    client = client_of(editor)
    category = make_category()

    assert "<h1>Категории</h1>" in client.get(reverse("admin:billing_providercategory_changelist")).content.decode()
    change = reverse("admin:billing_providercategory_change", args=[category.pk])
    assert "<h1>Категория</h1>" in client.get(change).content.decode()
    add = reverse("admin:billing_providercategory_add")
    assert "<h1>Новая запись</h1>" in client.get(add).content.decode()


def test_the_staff_site_speaks_russian(editor):
    page = client_of(editor).get(reverse("admin:billing_provider_changelist")).content.decode()

    assert '<html lang="ru"' in page
    for english in ("Select", "Add ", "Search", "Home", "Log out"):
        assert f">{english}" not in page


def test_deeds_are_said_without_bending_a_name(senior_client):
    where = reverse("admin:accounts_answertemplate_changelist")
    template(senior_client, title="Скоро", text="Скоро ответим.")
    added = senior_client.get(where).content.decode()
    key = JournalEntry.objects.get().target.split()[1]
    template(senior_client, "change", key, title="Скоро", text="Ответим за день.")
    changed = senior_client.get(where).content.decode()
    asked = senior_client.get(reverse("admin:accounts_answertemplate_delete", args=[key])).content.decode()
    template(senior_client, "delete", key, post="yes")
    removed = senior_client.get(where).content.decode()

    assert "Добавлено: Скоро." in added
    assert "Сохранено: Скоро." in changed
    assert "Будет удалено насовсем:" in asked
    assert "Удалено: Скоро." in removed
    assert "успешно" not in added + changed + removed


def test_several_are_removed_at_once_after_a_question(senior_client):
    for title in ("Скоро", "Завтра"):
        template(senior_client, title=title, text="Ответим.")
    keys = [row.target.split()[1] for row in JournalEntry.objects.all()]
    where, chosen = reverse("admin:accounts_answertemplate_changelist"), {"action": "delete_selected"}

    asked = senior_client.post(where, {**chosen, "_selected_action": keys}).content.decode()
    done = senior_client.post(where, {**chosen, "_selected_action": keys, "post": "yes"}, follow=True).content.decode()

    assert asked.count("<li>") >= 2
    assert "Удалено: " in done
    assert [action for action, *_ in rows()].count("row.removed") == 2


def test_a_new_row_is_added_by_a_button_of_one_word(editor):
    page = client_of(editor).get(reverse("admin:billing_term_changelist")).content.decode()

    assert ">Добавить</a>" in page
    assert "Добавить слово" not in page


def test_the_journal_of_a_row_is_offered_to_who_may_read_it(editor):
    provider = make_provider()
    change = reverse("admin:billing_provider_change", args=[provider.pk])

    assert "historylink" not in client_of(editor).get(change).content.decode()
    administrator = make_staff(Role.ADMINISTRATOR, phone="+79000000072")
    assert "historylink" in client_of(administrator).get(change).content.decode()


def test_a_list_says_how_many_it_found_to_who_has_searched(editor):
    make_provider()
    where = reverse("admin:billing_provider_changelist")
    client = client_of(editor)

    assert "Показать все" not in client.get(where).content.decode()
    assert "Показать все" in client.get(where, {"q": "такого нет"}).content.decode()


def test_filters_count_nothing(editor):
    page = client_of(editor).get(reverse("admin:billing_provider_changelist"), {"_facets": "True"}).content.decode()

    assert "Показать счётчики" not in page
    assert "Скрыть счётчики" not in page
