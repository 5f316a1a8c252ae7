"""What every page with a one-time password shows of it: the field while a code can be typed, otherwise why not."""

import math
from datetime import datetime
from typing import Any

from accounts import confirmations, durations
from accounts.forms import CODE_IS_DEAD, TRIES_ARE_OVER, OneTimePasswordForm
from accounts.models import Confirmation, Purpose


def context(
    *,
    form: OneTimePasswordForm,
    confirmation: Confirmation | None,
    purpose: Purpose,
    phone: str,
    now: datetime,
    why: str = "",
) -> dict[str, Any]:
    """For components/one_time_password.html and no_one_time_password.html; `phone` is where the next code would go.

    A dead code leaves no field to be wrong: the form comes back empty, and the reason stands on the page instead.
    """
    left = confirmations.tries_left(confirmation, now) if confirmation else 0
    wait = confirmations.wait_of(purpose=purpose, phone=phone, now=now)
    return {
        "form": form if left else type(form)(),
        "is_sent": left > 0,
        "tries_left": left,
        "why": "" if left else why or _why_not(form, confirmation),
        "resend_in": math.ceil(wait.total_seconds()),
        "resend_later": durations.in_words(wait) if wait > durations.COUNTED else "",
    }


def _why_not(form: OneTimePasswordForm, confirmation: Confirmation | None) -> str:
    if confirmation:
        return TRIES_ARE_OVER
    return CODE_IS_DEAD if form.is_bound else ""
