"""Whether the process lives, and whether it can serve: for the load balancer and the night shift."""

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from safeguards import key_check
from smartservice import startup, vitals

QUEUE_LAG_ALLOWED = timedelta(minutes=5)


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers, its tables and the field keys fit, and messages do not wait; 503 names what is wrong.

    Some texts that no key opens are for `check` to name: the portal serves everybody else.
    """
    lag = 0
    try:
        troubles = ["migrations"] if startup.is_behind() else []
        if not troubles:
            lag = vitals.queue_lag(now=timezone.now())
            troubles = ["message queue"] if lag > QUEUE_LAG_ALLOWED.total_seconds() else []
            troubles += ["field keys"] if key_check.opens_nothing() else []
    except DatabaseError:
        troubles = ["database"]
    answer = {"status": "failing" if troubles else "ok", "troubles": troubles, "queue_lag_seconds": lag}
    return JsonResponse(answer, status=503 if troubles else 200)
