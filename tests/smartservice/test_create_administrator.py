"""`create_administrator`: how the first of the staff comes to be, and whom it refuses."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from safeguards.models import JournalEntry
from tests.contact_centre.staff import ENROLMENT, give_password, make_staff
from tests.people import ANNAS_PHONE

pytestmark = pytest.mark.django_db
PHONE = "+79000000099"


def run(phone=PHONE, name="Кузнецов Пётр"):
    out = StringIO()
    call_command("create_administrator", phone=phone, name=name, stdout=out)
    return out.getvalue()


def test_the_administrator_comes_in_with_the_printed_password_and_sets_up_the_second_factor(client):
    (password,) = re.findall(r"^\+7 900 000-00-99, пароль ([\w-]+) –", run("8 (900) 000-00-99"))

    user = User.objects.get()
    assert (user.phone, user.full_name, user.is_staff, user.is_superuser) == (PHONE, "Кузнецов Пётр", True, False)
    assert [group.name for group in user.groups.all()] == ["Администратор"]
    assert give_password(client, PHONE, password)["Location"] == ENROLMENT


def test_it_stands_in_the_journal_without_a_name_or_a_password():
    said = run()

    row = JournalEntry.objects.get()
    assert (row.action, row.target, row.who_uuid) == ("row.added", f"User {User.objects.get().pk}", None)
    assert row.who
    assert not {"Кузнецов", said.split()[5]} & {*row.why.split(), *map(str, row.after.values())}


@pytest.mark.parametrize(
    "phone, name, says, status",
    [
        ("12", "Кузнецов Пётр", "Это не номер российского мобильного телефона", 2),
        (PHONE, "Кузнецов", "Назовите фамилию и имя", 2),
        (PHONE, f"{'К' * 61} Пётр", "Назовите фамилию и имя", 2),
        (ANNAS_PHONE, "Кузнецов Пётр", "По этому номеру входит житель", 1),
        ("+79000000011", "Кузнецов Пётр", "Этот номер уже у другого сотрудника", 1),
    ],
)
def test_what_cannot_be_done_is_said(anna, phone, name, says, status):
    make_staff(phone="+79000000011")
    before = User.objects.count()

    with pytest.raises(CommandError) as refused:
        run(phone, name)

    assert says in str(refused.value)
    assert refused.value.returncode == status
    assert User.objects.count() == before
    assert not JournalEntry.objects.exists()
