"""`manage.py verify_money`: every sum and every payment's history adds up; exit status 1 with the list otherwise."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.models import Bill
from payments import verification
from payments.models import Payment, PaymentRegister


class Command(BaseCommand):
    help = (
        "Проверить, что деньги сходятся: счета, операции и их истории, возвраты, снимки, реестры платежей. "
        "Ничего не меняет, банк не спрашивает, работе портала не мешает. Код возврата 1 – есть расхождения."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        with verification.one_moment():
            for trouble in verification.troubles():
                self.stdout.write(str(trouble))
                found += 1
            counts = Bill.objects.count(), Payment.objects.count(), PaymentRegister.objects.count()
        checked = "Проверено счетов: {}, операций: {}, реестров платежей: {}.".format(*counts)
        if found:
            raise CommandError(f"{checked} Не сходится: {found}.", returncode=1)
        self.stdout.write(f"{checked} Всё сходится.")
