"""Run in a stack's environment: keys, database, static files, and residents with one unpaid bill each, as JSON."""

import json
import sys

import django
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction


def main(count: int) -> None:
    """`count` residents in pairs of neighbours: the second of a pair has added the first one's account as well."""
    bank_keys.make_once(settings.VAR_DIR)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    password = make_password(PASSWORD)
    with transaction.atomic():
        people = [person for number in range(0, count, 2) for person in neighbours(number, password)]
    sys.stdout.write(json.dumps(people))


def neighbours(number: int, password: str) -> list[tuple[str, str, str]]:
    """Two phones, each with the bill of its own account and the bill that both may pay."""
    people = []
    shared = None
    for phone in (f"+7900{number:07}", f"+7900{number + 1:07}"):
        resident = User(phone=phone, first_name="Пётр", last_name="Пробный", email="p@example.com", password=password)
        resident.save()
        bill = make_bill(make_account(), charges=(("Отопление", 100_000 + number),))
        add_account(resident, bill.account)
        shared = shared or bill
        if shared is not bill:
            add_account(resident, shared.account)
        people.append((phone, str(bill.uuid), str(shared.uuid)))
    return people


if __name__ == "__main__":
    django.setup()
    from accounts.models import User
    from smartservice.sandbox import keys as bank_keys
    from tests.billing.make import add_account, make_account, make_bill
    from tests.proofs.stack import PASSWORD

    main(int(sys.argv[1]))
