"""Whether the process lives, and whether it can serve: for the load balancer and the night shift."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.models import Message

QUEUE_LAG_ALLOWED = timedelta(minutes=5)


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers, its migrations are all applied, and messages do not wait; 503 names what is wrong."""
    try:
        troubles = _troubles()
    except DatabaseError:
        troubles = ["database"]
    return JsonResponse(
        {"status": "ok" if not troubles else "failing", "troubles": troubles}, status=503 if troubles else 200
    )


def _troubles() -> list[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["migrations"]
    late = Message.objects.waiting().filter(due_at__lt=timezone.now() - QUEUE_LAG_ALLOWED)
    return ["message queue"] if late.exists() else []
