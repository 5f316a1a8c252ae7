"""The next version of a page: written, looked at as residents will see it, published."""

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import pages
from accounts.models import Page, PageVersion
from safeguards import journal
from safeguards.journal import Action
from safeguards.staff_pages import actor_of
from smartservice.contact_centre.forms import PageForm
from smartservice.contact_centre.views.permission import member, needs


@require_http_methods(["GET", "POST"])
@needs("accounts.add_pageversion")
def page_edit(request: HttpRequest, name: str) -> HttpResponse:
    """«Посмотреть» shows, «Опубликовать» puts it in the place of the last one."""
    if name not in Page.values:
        raise Http404
    page, now = Page(name), pages.current(Page(name))
    form = PageForm(request.POST or None, initial={"text": now.text})
    preview = ""
    if form.is_valid():
        if "publish" in request.POST:
            _publish(request, page, form)
            return redirect("admin:accounts_pageversion_changelist")
        preview = pages.as_html(PageVersion(page=page, number=now.number + 1, text=form.cleaned_data["text"]))
    context = {"title": page.label, "form": form, "number": now.number, "preview": preview}
    return render(request, "contact_centre/page_edit.html", {**admin.site.each_context(request), **context})


@transaction.atomic
def _publish(request: HttpRequest, page: Page, form: PageForm) -> None:
    now = timezone.now()
    version = pages.publish(
        page=page,
        text=form.cleaned_data["text"],
        asks_again=form.cleaned_data["asks_again"],
        author=member(request),
        now=now,
    )
    journal.record(
        actor=actor_of(request),
        action=Action.PAGE_PUBLISHED,
        target=f"PageVersion {version.pk}",
        why=str(version),
        now=now,
    )
    messages.success(request, f"{version} опубликована.")
