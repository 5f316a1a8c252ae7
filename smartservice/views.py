"""The home page, the type size and the pages of failures."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from billing import catalogue, due_now
from billing.models import AddedAccount
from smartservice.menu import TYPE_SIZE_COOKIE, contact_centre

ONE_YEAR = 365 * 24 * 60 * 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """«Я хочу оплатить:» with the catalogue; for a resident «К оплате сейчас» stands above it."""
    context: dict[str, object] = {"blocks": catalogue.blocks(), "category": None, "query": "", "has_accounts": False}
    if request.user.is_authenticated:
        context["has_accounts"] = AddedAccount.objects.filter(resident=request.user).exists()
        context["due"] = due_now.rows(resident=request.user, today=timezone.localdate())
    return render(request, "smartservice/home.html", context)


@require_POST
def type_size(request: HttpRequest) -> HttpResponse:
    """Remember «А+ Крупный текст» in a cookie and go back to the page."""
    response = HttpResponseRedirect(_own_address(request, request.POST.get("next", "")))
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie(
        TYPE_SIZE_COOKIE, size, max_age=ONE_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return response


def csrf_failure(request: HttpRequest, **_: object) -> HttpResponse:
    """A form grew stale (a login in another tab does that): say how to go on, offer the page it stood on."""
    again = _own_address(request, request.headers.get("Referer", ""))
    return render(request, "403_csrf.html", {"again": again}, status=403)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read, or whose session was ended in another tab while it was on its way."""
    return HttpResponseBadRequest(get_template("400.html").render({"contact_centre": contact_centre()}))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page; whoever stands on the staff site stays there."""
    if _is_staff_page(request):
        return _refused(request, "Страница не найдена", "Такой записи или страницы нет.", 404)
    return render(request, "404.html", status=404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """An address that only a button leads to, typed or come back to after a login."""
    if _is_staff_page(request):
        return _refused(request, "Так эту страницу не открыть", "Сюда ведёт только кнопка на другой странице.", 405)
    return render(request, "405.html", status=405)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Only the staff site has pages that are not for everybody who came in; elsewhere there is no such page."""
    if _is_staff_page(request):
        why = str(exception) or "Для этой страницы или действия нужна другая роль. Её даёт администратор."
        return _refused(request, "Нет доступа", why, 403)
    return render(request, "404.html", status=403)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Says sorry without asking the database, which may be what failed."""
    return HttpResponseServerError(get_template("500.html").render({"contact_centre": contact_centre()}))


def _own_address(request: HttpRequest, address: str) -> str:
    """The address when it is the portal's own, else the home page: nobody is led away to a stranger's site."""
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return "/"


def _is_staff_page(request: HttpRequest) -> bool:
    """An address of the staff site, asked for by who has come in there."""
    return request.path_info.startswith(reverse("admin:index")) and admin.site.has_permission(request)


def _refused(request: HttpRequest, title: str, why: str, status: int) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, "why": why}
    return render(request, "contact_centre/refused.html", context, status=status)
