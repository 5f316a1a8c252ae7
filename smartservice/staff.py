"""«Контакт-Центр»: the staff site, on stock Django admin; nobody gets in without the second factor.

Each app's `admin.py` registers with plain `@admin.register`: this is Django's default site (smartservice.apps).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse

from accounts.client_ip import client_ip
from safeguards.journal import Actor
from safeguards.staff_pages import StaffAdmin
from smartservice.contact_centre import menu
from smartservice.contact_centre.forms import SearchForm, StaffPasswordForm
from smartservice.contact_centre.views import (
    entry,
    feedback,
    money,
    overview,
    page,
    phone_change,
    resident,
    statement,
)
from smartservice.roles import SERVE

Handler = Callable[[HttpRequest], HttpResponse]


# Pages of the contact centre: address, view, name.
PAGES: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("resident/", resident.resident_search, "resident-search"),
    ("resident/<uuid:uuid>/", resident.resident_card, "resident-card"),
    ("resident/<uuid:uuid>/identify/", resident.resident_identify, "resident-identify"),
    ("resident/<uuid:uuid>/close/", resident.resident_close, "resident-close"),
    ("resident/<uuid:uuid>/unblock/", resident.resident_unblock, "resident-unblock"),
    ("resident/<uuid:uuid>/block/", resident.resident_block, "resident-block"),
    ("resident/<uuid:uuid>/reset/", resident.resident_reset, "resident-reset"),
    ("resident/<uuid:uuid>/phone/", phone_change.phone_change, "phone-change"),
    ("resident/<uuid:uuid>/phone/<uuid:change_uuid>/", phone_change.phone_change_confirm, "phone-change-confirm"),
    ("resident/<uuid:uuid>/receipt/<uuid:payment_uuid>/", resident.resident_receipt, "resident-receipt"),
    ("feedback/", feedback.feedback_list, "feedback-list"),
    ("feedback/<uuid:uuid>/", feedback.feedback_detail, "feedback-detail"),
    ("feedback/<uuid:uuid>/file/", feedback.feedback_file, "feedback-file"),
    ("feedback/<uuid:uuid>/take/", feedback.feedback_take, "feedback-take"),
    ("feedback/<uuid:uuid>/answer/", feedback.feedback_answer, "feedback-answer"),
    ("feedback/<uuid:uuid>/close/", feedback.feedback_close, "feedback-close"),
    ("overview/", overview.overview, "overview"),
    ("statement/", statement.statement_list, "statement-list"),
    ("statement/<uuid:uuid>/", statement.statement_detail, "statement-detail"),
    ("statement/<uuid:uuid>/file/", statement.statement_file, "statement-file"),
    ("money/", money.money_queues_page, "money-queues"),
    ("money/refund/", money.refund_request, "refund-request"),
    ("money/refund/<uuid:uuid>/", money.refund_decide, "refund-decide"),
    ("money/case/<uuid:uuid>/", money.case_decide, "case-decide"),
    ("money/address/<int:pk>/", money.address_decide, "address-decide"),
    ("page/<slug:name>/", page.page_edit, "page-edit"),
    ("registration/<uuid:uuid>/code/", resident.registration_code, "registration-code"),
)


class StaffSite(admin.AdminSite):
    """Stock admin behind an own door."""

    site_header = "Контакт-Центр"
    site_title = "Контакт-Центр – Смарт Сервис"
    index_title = "Рабочее место"
    site_url = None
    enable_nav_sidebar = False
    empty_value_display = "–"
    index_template = "contact_centre/index.html"
    password_change_done_template = "contact_centre/password_changed.html"  # noqa: S105 a page

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what keeps the journal: pages that libraries bring along (keys of authenticators!) stay shut."""
        if admin_class is not None and issubclass(admin_class, StaffAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Only staff whose second factor this session has seen."""
        # The device, not is_verified(): that one comes with the next request only.
        return super().has_permission(request) and getattr(request.user, "otp_device", None) is not None

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Say who is at the keyboard before the view begins."""

        def named(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            request.staff_actor = Actor(uuid=request.user.uuid, ip=client_ip(request))  # type: ignore[attr-defined, union-attr]
            return view(request, *args, **kwargs)

        named.__name__, named.__doc__ = getattr(view, "__name__", "view"), view.__doc__
        return super().admin_view(named, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Phone and password; the rest of the way is in `views/entry.py`."""
        return entry.login(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every staff page shows."""
        entries = menu.of(request.user)
        place = menu.place(entries, request.path)
        return {**super().each_context(request), "staff_menu": entries, "staff_place": place}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Whoever takes calls begins with the search."""
        form = SearchForm() if request.user.has_perm(SERVE) else None
        return super().index(request, {"search_form": form, **(extra_context or {})})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's own, with a form that names one length."""
        view = PasswordChangeView.as_view(
            form_class=StaffPasswordForm,
            template_name="contact_centre/password_change.html",
            success_url=reverse("admin:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return view(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The way in and the pages of the contact centre before those of the models."""
        own: list[URLPattern | URLResolver] = [
            path("second-factor/", entry.second_factor, name="second-factor"),
            path("enrolment/", entry.enrolment, name="enrolment"),
            *(path(where, self.admin_view(view), name=name) for where, view, name in PAGES),
        ]
        return own + super().get_urls()


def keep_apart(get_response: Handler) -> Handler:
    """Staff are nobody on the residents' pages, and residents are nobody on the staff's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        is_staff_page = request.path_info.startswith(reverse("admin:index"))
        if user.is_authenticated and user.is_staff != is_staff_page:
            request.user = AnonymousUser()
        return get_response(request)

    return middleware
