"""An e-mail address is confirmed by a link, and a resident may ask for the link again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import durations, email_links
from accounts.views.requests import ResidentRequest


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def email(request: ResidentRequest) -> HttpResponse:
    """Whether his address is confirmed; a button that sends the link once more."""
    now, resident = timezone.now(), request.user
    if request.method == "POST":
        try:
            email_links.send(resident=resident, now=now)
        except email_links.TooManyLetters as refusal:
            messages.info(request, f"Новую ссылку можно получить через {durations.in_words(refusal.retry_after)}.")
        return redirect("accounts:email")
    wait = email_links.wait(resident=resident, now=now)
    bounces = bool(resident.email) and email_links.bounces(resident, now)
    context = {
        "bounces": bounces,
        "is_confirmed": resident.email_confirmed_at is not None and not bounces,
        "is_sent": email_links.is_sent(resident),
        "wait": durations.in_words(wait) if wait else "",
    }
    return render(request, "accounts/email.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link: programs that read mail open links, so only the button confirms."""
    now = timezone.now()
    try:
        if request.method == "POST":
            email_links.confirm(token=token, now=now)
            return redirect("accounts:email-link", token)
        resident = email_links.opened(token=token, now=now)
    except email_links.DeadLink:
        return render(request, "accounts/email_link_dead.html", status=404)
    return render(request, "accounts/email_link.html", {"resident": resident})
