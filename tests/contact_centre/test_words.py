"""The staff site speaks Russian: no heading, label or filter of it is a name from the code."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.test import RequestFactory

from accounts.models import User
from safeguards.staff_pages import ReadOnlyAdmin
from tests.contact_centre.staff import make_staff

pytestmark = pytest.mark.django_db
BORROWED = re.compile(r"SMS|SHA-256|e-mail|QR", re.IGNORECASE)
MODELS = sorted(admin.site._registry, key=lambda model: model.__name__)


def is_foreign(words):
    return bool(re.search("[A-Za-z]", BORROWED.sub("", str(words))))


def headings(page):
    """Of the list, of what is only shown, and of the filters."""
    names = {*page.list_display, *page.readonly_fields} - {"__str__", "action_checkbox"}
    yield from (label_for_field(name, page.model, page) for name in names)
    yield from (page.model._meta.get_field(name).verbose_name for name in page.list_filter if isinstance(name, str))
    yield from (page.opts.verbose_name, page.opts.verbose_name_plural)


def labels(page, request):
    """Of the form and of the rows inside it."""
    # Who may only look sees every field as text, under its name in the model.
    shown = flatten_fieldsets(page.get_fieldsets(request))
    yield from (label_for_field(name, page.model, page) for name in shown)
    if not isinstance(page, ReadOnlyAdmin):
        yield from (field.label for field in page.get_form(request).base_fields.values())
    for inline in page.get_inline_instances(request):
        parent = page.opts.model_name
        shown = inline.readonly_fields or ()
        yield from (label_for_field(name, inline.model, inline) for name in shown)
        fields = inline.get_formset(request).form.base_fields
        yield from (field.label for name, field in fields.items() if name not in {"DELETE", parent})


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_word_of_its_pages_is_russian(model):
    page, request = admin.site._registry[model], RequestFactory().get("/")
    request.user = make_staff()
    User.objects.update(is_superuser=True)
    request.user.refresh_from_db()

    assert [words for words in [*headings(page), *labels(page, request)] if is_foreign(words)] == []
