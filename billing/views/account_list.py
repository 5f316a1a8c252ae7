"""«Лицевые счета»: the list in the order that was asked for, another name for an account, and taking one off."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from billing import personal_accounts
from billing.forms import TitleForm
from billing.models import AddedAccount
from billing.views.requests import ResidentRequest

TITLE, NUMBER = "title", "number"


@dataclass(frozen=True)
class Sorting:
    """The order by one column, as its heading shows it; `turn` is what a press on it asks for."""

    turn: str
    mark: str = ""
    aria: str = "none"
    hint: str = "упорядочить"


@login_required
@never_cache
@require_safe
def account_list(request: ResidentRequest) -> HttpResponse:
    """The accounts that the resident added."""
    added = AddedAccount.objects.of(request.user)
    asked = request.GET.get("sort", "")
    column = NUMBER if asked.removeprefix("-") == NUMBER else TITLE
    ordered = sorted(added, key=_by_number if column == NUMBER else _by_title, reverse=asked.startswith("-"))
    sortings = {name: _sorting(name, asked, is_current=name == column) for name in (TITLE, NUMBER)}
    return render(request, "billing/account_list.html", {"added": ordered, "sortings": sortings})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_rename(request: ResidentRequest, uuid: str) -> HttpResponse:
    """Another name for an account of his."""
    added = _own(request, uuid)
    form = TitleForm(request.POST if request.method == "POST" else None, initial={"title": added.title})
    if form.is_valid():
        personal_accounts.rename(added=added, title=form.cleaned_data["title"])
        messages.success(request, f"Название лицевого счёта {added.account.number} сохранено")
        return redirect("billing:account-list")
    return render(request, "billing/account_rename.html", {"added": added, "form": form})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account_delete(request: ResidentRequest, uuid: str) -> HttpResponse:
    """Ask whether to take the account off, and say what stays."""
    added = _own(request, uuid)
    if request.method == "POST":
        personal_accounts.take_off(added=added)
        messages.success(request, f"Лицевой счёт {added.account.number} удалён из Вашего кабинета")
        return redirect("billing:account-list")
    return render(request, "billing/account_delete.html", {"added": added})


def _own(request: ResidentRequest, uuid: str) -> AddedAccount:
    added = AddedAccount.objects.of(request.user)
    return get_object_or_404(added, uuid=uuid)


def _by_title(added: AddedAccount) -> tuple[str, int]:
    return added.title.casefold().replace("ё", "е"), added.pk


def _by_number(added: AddedAccount) -> tuple[str, int]:
    return added.account.number, added.pk


def _sorting(name: str, asked: str, *, is_current: bool) -> Sorting:
    if not is_current:
        return Sorting(turn=name)
    if asked.startswith("-"):
        return Sorting(name, mark="▼", aria="descending", hint="сейчас по убыванию, упорядочить по возрастанию")
    return Sorting(f"-{name}", mark="▲", aria="ascending", hint="сейчас по возрастанию, упорядочить по убыванию")
