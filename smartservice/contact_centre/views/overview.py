"""«Сводка»: how the service is, at one look."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from smartservice.contact_centre import overview as rules
from smartservice.contact_centre.views.permission import needs
from smartservice.roles import OVERVIEW


@require_safe
@needs(OVERVIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Figures alone, of nobody in particular: a look at them is no row of the journal."""
    context = {"title": "Сводка", **rules.take(now=timezone.now())}
    return render(request, "contact_centre/overview.html", {**admin.site.each_context(request), **context})
