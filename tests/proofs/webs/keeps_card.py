"""A saboteur of card secrecy: the cryptogram waits in the session instead of the page."""

from typing import Any

from django.http import HttpRequest

from payments.views import card
from tests.proofs.webs import application

__all__ = ["application"]

check_page = card.check_page


def keep(request: HttpRequest, payment: Any, form: Any, now: Any) -> Any:
    request.session["card"] = form.held_card(ip="127.0.0.1").cryptogram.reveal()
    return check_page(request, payment, form, now)


card.check_page = keep
