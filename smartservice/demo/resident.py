"""The demo resident of the manual with his flat."""

from datetime import datetime

from accounts.models import User
from billing import personal_accounts
from billing.models import AddedAccount, Provider

PHONE = "+79161234567"
PASSWORD = "Smart2017"  # noqa: S105 - the demo's login is public; production refuses it
ACCOUNT = "1234567890"


def create(*, now: datetime) -> User:
    """The resident with his account added; one who is there already keeps his password and titles."""
    resident = User.objects.filter(phone=PHONE).first() or User.objects.create_user(
        phone=PHONE,
        password=PASSWORD,
        first_name="Иван",
        last_name="Иванов",
        email="ivanovivan@mail.ru",
        code_word="Смирнова",
    )
    provider = Provider.objects.get(code="smart-zhku")
    if not AddedAccount.objects.filter(resident=resident, account__number=ACCOUNT, account__provider=provider).exists():
        personal_accounts.add(resident=resident, provider=provider, number=ACCOUNT, title="Центральная 5-1", now=now)
    return resident
