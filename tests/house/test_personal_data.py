"""No table is forgotten by export and erasure: a new model stands in my_data/holdings.py or fails here."""

from django.apps import apps
from django.db.models import Model

from accounts.models import User
from safeguards.encrypted import EncryptedField
from smartservice.my_data.holdings import HOLDINGS, NOBODYS

# Staff stand in these: they go by their own way.
OF_STAFF = {
    "admin.LogEntry",
    "otp_totp.TOTPDevice",
    "accounts.Authenticator",
    "otp_static.StaticDevice",
    "accounts.PageVersion",
    "payments.RegisterDelivery",
}
OF_STAFF |= {"accounts.User_groups", "accounts.User_user_permissions"}
HELD = {one.model._meta.label for one in HOLDINGS}


def models() -> dict[str, type[Model]]:
    return {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def test_every_table_is_decided_about_once() -> None:
    assert set(models()) - HELD - set(NOBODYS) == set(), "say in holdings.py whose these are"
    assert (HELD | set(NOBODYS)) - set(models()) == set(), "gone"
    assert HELD & set(NOBODYS) == set()


def test_what_points_at_a_person_is_nobodys_only_where_it_is_staff() -> None:
    pointing = {
        label
        for label, model in models().items()
        if any(field.related_model is User for field in model._meta.local_concrete_fields if field.is_relation)
    }

    assert (pointing & set(NOBODYS)) - OF_STAFF == set()


def test_what_is_encrypted_or_knows_a_resident_by_number_is_held() -> None:
    telling = {
        label
        for label, model in models().items()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedField) or "resident" in field.name or field.name in {"phone", "email", "ip"}
    }

    assert telling - HELD == {"accounts.Authenticator"}, "of staff"


def test_every_column_that_is_emptied_or_shown_exists() -> None:
    for one in HOLDINGS:
        columns = {field.attname for field in one.model._meta.local_concrete_fields}

        assert set(one.emptied) <= columns
        assert all(hasattr(one.model, path.split(".")[0]) for path in one.shown.values())


def test_an_encrypted_column_does_not_outlive_the_person() -> None:
    left = {
        f"{one.model._meta.label}.{field.name}"
        for one in HOLDINGS
        for field in one.model._meta.local_concrete_fields
        if isinstance(field, EncryptedField) and not one.is_deleted and field.name not in one.emptied
    }

    assert left == set()
