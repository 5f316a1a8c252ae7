"""What every portal of the journeys starts from: database, demo data, and people with accounts and bills.

Made once in a test run, as `python -m tests.journeys.prepared` in the environment of a stack; stacks start from copies.
"""

import io
from pathlib import Path

import django
from django.utils import timezone

from tests.journeys.people import EVERYBODY, RESIDENTS

DEMO_ACCOUNT = "1234567890;"


def main() -> None:
    """Do what `make run` does before it serves, then let the people in."""
    django.setup()
    from smartservice.management.commands import run_embedded

    run_embedded.prepare()
    issue_bills()
    register_residents()


def issue_bills() -> None:
    """The manual's bills for the account of each person, by the same import as the demo's."""
    from billing import bill_news
    from billing.register_import import import_register
    from smartservice.management.commands.create_demo import REGISTERS

    for register in REGISTERS:
        data = for_everybody(Path(register).read_text(encoding="utf-8")).encode()
        import_register(file=io.BytesIO(data), file_name=Path(register).name, now=timezone.now())
    # Nobody has an account yet, so nobody is told; later every resident would be.
    bill_news.announce_due(now=timezone.now())


def for_everybody(register: str) -> str:
    """The demo account's rows of a register, repeated under everybody's number."""
    head, bill = [], []
    for line in register.splitlines():
        if line.startswith(DEMO_ACCOUNT):
            bill.append(line.removeprefix(DEMO_ACCOUNT))
        elif not bill:
            head.append(line)
    kopecks = sum(int(line.rsplit(";", 1)[1].replace(",", "")) for line in bill) * len(EVERYBODY)
    total = f"#TOTAL;{len(EVERYBODY)};{len(bill) * len(EVERYBODY)};{kopecks // 100},{kopecks % 100:02}"
    return "\n".join([*head, *(f"{person.account};{line}" for person in EVERYBODY for line in bill), total, ""])


def register_residents() -> None:
    """Those who have registered, with their account added; they share one password, so that it is hashed once."""
    from django.contrib.auth.hashers import make_password

    from accounts.models import User
    from billing.models import AddedAccount, PersonalAccount

    password = make_password(EVERYBODY[0].password)
    for person in RESIDENTS:
        resident = User.objects.create_user(
            phone=person.phone,
            password=None,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            code_word=person.code_word,
        )
        User.objects.filter(pk=resident.pk).update(password=password)
        AddedAccount.objects.create(
            resident=resident,
            account=PersonalAccount.objects.get(provider__code="smart-zhku", number=person.account),
            title=person.account_title,
            created_at=timezone.now(),
        )


if __name__ == "__main__":
    main()
