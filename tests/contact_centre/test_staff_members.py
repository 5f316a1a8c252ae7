"""«Сотрудники»: the administrator adds them, gives passwords and resets second factors; each deed is in the journal."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import staff_entry
from accounts.models import User
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.clock import NOW
from tests.contact_centre.staff import INDEX, client_of, enrolled, make_staff

pytestmark = pytest.mark.django_db
LIST, ADD = reverse("admin:accounts_user_changelist"), reverse("admin:accounts_user_add")
NEW_PHONE = "+79000000099"


@pytest.fixture
def administrator_client(db):
    return client_of(make_staff(Role.ADMINISTRATOR, phone="+79000000020"))


@pytest.fixture
def colleague(db):
    user = make_staff(phone="+79000000021")
    enrolled(user)
    return user


def form(**changes):
    role = Group.objects.get(name=Role.OPERATOR.value).pk
    filled = {
        "phone": "8 900 000-00-99",
        "last_name": "Белова",
        "first_name": "Анна",
        "groups": role,
        "is_active": "on",
    }
    return {**filled, **changes}


def act(client, action, *people):
    return client.post(LIST, {"action": action, "_selected_action": [user.pk for user in people]}, follow=True)


def test_a_new_one_gets_a_password_that_is_shown_once(administrator_client):
    page = administrator_client.post(ADD, form(), follow=True).content.decode()

    (password,) = re.findall(r"пароль ([\w-]+) –", page)
    user = User.objects.get(phone=NEW_PHONE)
    assert user.is_staff
    assert user.check_password(password)
    assert [group.name for group in user.groups.all()] == ["Оператор КЦ"]
    assert password not in administrator_client.get(LIST).content.decode()


def test_the_mailbox_for_letters_that_are_tried_is_kept_and_hidden_in_the_journal(administrator_client, colleague):
    where = reverse("admin:accounts_user_change", args=[colleague.pk])

    administrator_client.post(where, form(phone=colleague.phone, email="belova@smart-service.example"))

    colleague.refresh_from_db()
    assert colleague.email == "belova@smart-service.example"
    assert "belova@" not in str(JournalEntry.objects.get(action="row.changed").after)


def test_what_was_changed_stands_in_the_journal_without_names(administrator_client, colleague):
    where = reverse("admin:accounts_user_change", args=[colleague.pk])

    administrator_client.post(where, form(phone=colleague.phone, is_active=""))

    row = JournalEntry.objects.get(action="row.changed")
    assert (row.target, row.before["is_active"], row.after["is_active"]) == (f"User {colleague.pk}", "True", "False")
    assert "Белова" not in str(row.after)
    assert row.after["last_name"] == "…ва"


def test_a_phone_that_is_none_is_refused_at_the_field(administrator_client):
    page = administrator_client.post(ADD, form(phone="84951234567")).content.decode()

    assert "Это не номер российского мобильного телефона" in page


def test_a_phone_that_somebody_has_is_refused_with_whose_it_is(administrator_client, colleague, anna):
    for phone, words in (
        (colleague.phone, "Этот номер уже у другого сотрудника"),
        (anna.phone, "По этому номеру входит житель: сотруднику нужен другой"),
    ):
        page = administrator_client.post(ADD, form(phone=phone))
        assert page.context["adminform"].form.errors["phone"] == [words]

    where = reverse("admin:accounts_user_change", args=[colleague.pk])
    assert administrator_client.post(where, form(phone=colleague.phone)).status_code == 302


def test_a_new_password_ends_the_former_one(administrator_client, colleague):
    page = act(administrator_client, "give_new_password", colleague).content.decode()

    (password,) = re.findall(r"пароль ([\w-]+) –", page)
    colleague.refresh_from_db()
    assert colleague.check_password(password)
    assert JournalEntry.objects.get(why="новый пароль").target == f"User {colleague.pk}"


def test_a_reset_second_factor_is_set_up_anew_and_ends_the_sessions(administrator_client, colleague):
    theirs = client_of(colleague)
    theirs.get(INDEX)

    act(administrator_client, "forget_second_factor", colleague)

    assert not staff_entry.has_second_factor(colleague)
    assert theirs.get(INDEX).status_code == 302


def test_residents_are_not_on_the_list(administrator_client, anna):
    assert "Соколова" not in administrator_client.get(LIST).content.decode()
    assert administrator_client.get(reverse("admin:accounts_user_change", args=[anna.pk])).status_code == 302


def test_who_may_do_everything_is_out_of_an_administrators_reach(administrator_client):
    root = User.objects.create_superuser(phone="+79000000001", password="Long-and-plain-7")

    assert administrator_client.get(reverse("admin:accounts_user_change", args=[root.pk])).status_code == 302
    act(administrator_client, "give_new_password", root)
    root.refresh_from_db()
    assert root.check_password("Long-and-plain-7")


@pytest.mark.parametrize("field, value", [("is_active", ""), ("groups", [])])
def test_the_last_administrator_cannot_lock_the_door_behind_himself(administrator_client, field, value):
    last = User.objects.get()
    where = reverse("admin:accounts_user_change", args=[last.pk])

    page = administrator_client.post(where, form(phone=last.phone, groups=last.groups.get().pk) | {field: value})

    last.refresh_from_db()
    assert "сначала дайте роль «Администратор» другому" in str(page.context["adminform"].form.errors[field])
    assert (last.is_active, [group.name for group in last.groups.all()]) == (True, ["Администратор"])


@pytest.mark.parametrize("other", [{"is_active": False}, {"blocked_at": NOW}, {"role": Role.SENIOR}])
def test_who_does_not_work_or_has_another_role_does_not_stand_in_for_him(administrator_client, other):
    last = User.objects.get()
    make_staff(**{"role": Role.ADMINISTRATOR, "phone": "+79000000022", **other})
    typed = form(phone=last.phone, groups=last.groups.get().pk, is_active="")

    administrator_client.post(reverse("admin:accounts_user_change", args=[last.pk]), typed)

    last.refresh_from_db()
    assert last.is_active


def test_one_of_two_administrators_may_go(administrator_client):
    goes = make_staff(Role.ADMINISTRATOR, phone="+79000000022")
    typed = form(phone=goes.phone, groups=goes.groups.get().pk, is_active="")

    administrator_client.post(reverse("admin:accounts_user_change", args=[goes.pk]), typed)

    goes.refresh_from_db()
    assert not goes.is_active


def test_nobody_is_deleted(administrator_client, colleague):
    assert administrator_client.get(reverse("admin:accounts_user_delete", args=[colleague.pk])).status_code == 403


def test_an_operator_does_not_manage_the_staff(operator_client, colleague):
    assert operator_client.get(LIST).status_code == 403
    assert operator_client.get(ADD).status_code == 403
