"""The card page alone, for a browser: no database, no server, the portal's own policy, forms, scripts and styles."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from django.conf import settings
from django.http import QueryDict
from django.template import Context, Template
from playwright.sync_api import BrowserContext, Page, Route

from payments.forms import CardForm
from payments.models import SavedCard
from smartservice.middleware import POLICY

STATIC = Path(settings.PROJECT_DIR) / "static"
PORTAL = "http://portal.test"
PAGE = """{% load static %}<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
<title>{% if form.errors %}Ошибка: {% endif %}Способ оплаты</title>
{% for name in styles %}<link rel="stylesheet" href="{% static name %}">{% endfor %}</head><body><main>
{% if form.errors %}{% include "components/error_summary.html" %}{% endif %}
<h1>Выберите способ оплаты</h1>
<form method="post" action="/check/" novalidate>{{ form }}<button class="button">Далее</button></form></main>
<script src="{% static 'js/forms.js' %}" defer></script>
<script type="module" src="{% static 'js/card.js' %}"></script></body></html>"""
# Without them a tick that appears moves the button away from under the pointer.
STYLES = ["css/tokens.css", "css/base.css", "css/components.css", "css/forms.css"]
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
HTML = "text/html; charset=utf-8"


@dataclass
class Portal:
    """Serves the form and the scripts under the portal's own policy, and keeps what is posted."""

    context: BrowserContext
    script: Callable[[str], str] = str
    shown: dict[str, str] | None = None
    saved: list[SavedCard] = field(default_factory=list)
    posted: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{PORTAL}/card/")
        return page

    def serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(PORTAL)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            text = file.read_text(encoding="utf-8")
            body = self.script(text) if file.name == "card.js" else text
            route.fulfill(body=body, content_type=KINDS[file.suffix])
        elif path == "/check/":
            self.bodies.append(route.request.post_data or "")
            fields = parse_qs(self.bodies[-1], keep_blank_values=True)
            self.posted.append({name: values[0] for name, values in fields.items()})
            route.fulfill(body="<!DOCTYPE html><title>Проверьте и оплатите</title>", content_type=HTML)
        else:
            headers = {"Content-Security-Policy": POLICY.format(form_action=""), "Content-Type": HTML}
            route.fulfill(body=self._page(), headers=headers)

    def _page(self) -> str:
        data = None
        if self.shown is not None:
            data = QueryDict(mutable=True)
            data.update(self.shown)
        return Template(PAGE).render(Context({"form": CardForm(data, saved=self.saved), "styles": STYLES}))
