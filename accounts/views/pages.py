"""The pages that staff write, in any of their versions, and the question about a changed document."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import consents, next_page
from accounts import pages as rules
from accounts.client_ip import client_ip
from accounts.models import Page
from accounts.views.requests import ResidentRequest

DOCUMENTS = (Page.AGREEMENT, Page.PERSONAL_DATA, Page.PRIVACY)


@require_safe
def page(request: HttpRequest, page: Page) -> HttpResponse:
    """The newest version; with `?version=` the one that somebody agreed to."""
    wanted = request.GET.get("version", "")
    version = rules.find(page=page, number=int(wanted) if wanted.isascii() and wanted.isdigit() else None)
    if version is None:
        raise Http404
    is_document = page in DOCUMENTS
    context = {
        "title": page.label,
        "body": rules.as_html(version),
        "version": version if is_document else None,
        "date": timezone.localtime(version.published_at).strftime("%d.%m.%Y"),
        "others": [number for number in rules.numbers(page) if number != version.number] if is_document else [],
    }
    return render(request, "accounts/page.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def consent(request: ResidentRequest) -> HttpResponse:
    """«Документы изменились»: read, accept, or go on and be asked at the next login."""
    way_on = next_page.of(request)
    due = consents.due(request.user)
    if request.method == "POST":
        shown = {Page(one.page): one.number for one in due if request.POST.get(one.page) == str(one.number)}
        consents.give(resident=request.user, shown=shown, ip=client_ip(request), now=timezone.now())
        return redirect("accounts:consent") if len(shown) < len(due) else redirect(way_on)
    if not due:
        return redirect(way_on)
    shown_due = [{"page": one.page, "number": one.number, "title": one.get_page_display()} for one in due]
    return render(request, "accounts/consent.html", {"due": shown_due, "next": way_on})
