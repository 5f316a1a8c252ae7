"""Five groups, whose rights are the table; a right that no model has is a slip of the pen."""

import pytest
from django.contrib.auth.models import Group, Permission

from smartservice import roles
from smartservice.roles import Role

pytestmark = pytest.mark.django_db


def test_migrate_makes_the_five_groups():
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Оператор КЦ",
        "Старший оператор",
        "Финансы",
        "Редактор",
        "Администратор",
    }


def test_every_right_of_the_table_exists():
    assert roles.unknown() == set()


def test_a_right_given_by_hand_is_gone_after_the_next_migrate():
    group = Group.objects.get(name=Role.OPERATOR)
    group.permissions.add(Permission.objects.get(codename="change_payment"))

    roles.settle()

    assert list(group.permissions.values_list("codename", flat=True)) == ["serve_resident"]


def test_nobody_may_touch_money_or_the_journal():
    rights = {name for names in roles.RIGHTS.values() for name in names}
    touching = {name for name in rights if name.startswith(("payments.", "safeguards.")) and ".view_" not in name}

    # A decision is a rule of payments, and takes two people where money leaves, or where registers go.
    assert {name for name in touching if not name.endswith("_registerdelivery")} == {"payments.decide_money"}


def test_who_serves_residents_does_not_manage_the_staff():
    for role in Role:
        assert not {roles.SERVE, "accounts.change_user"} <= set(roles.RIGHTS[role])
