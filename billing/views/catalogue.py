"""The catalogue: a category of the menu, and the alphabetic list with its search."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing import catalogue
from billing.models import ProviderCategory


@require_safe
def category(request: HttpRequest, code: str) -> HttpResponse:
    """One block of the home page on a page of its own."""
    chosen = get_object_or_404(ProviderCategory, code=code)
    return render(
        request, "billing/category.html", {"category": chosen, "blocks": catalogue.blocks(chosen), "query": ""}
    )


@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    """«показать все» of a category, or what the search finds."""
    # PostgreSQL takes no NUL in a text.
    query, code = (request.GET.get(name, "").replace("\0", "")[:100] for name in ("q", "category"))
    chosen = get_object_or_404(ProviderCategory, code=code) if code else None
    found = catalogue.page(query=query, category=code, number=request.GET.get("page", ""))
    context = {"category": chosen, "query": query.strip(), "page": found, "providers": catalogue.rows(found)}
    return render(request, "billing/provider_list.html", context)
