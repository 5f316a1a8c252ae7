"""Every address is closed to strangers unless it stands on the list of public ones."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

PUBLIC = {
    "home",
    "billing:category",
    "billing:provider-list",
    "payments:pay-account",
    "payments:pay-mobile",
    "agreement",
    "personal-data",
    "privacy",
    "my-data-erased",
    "about",
    "questions",
    "how-to-pay",
    "type-size",
    "healthz",
    "readyz",
    "metrics",
    "sandbox-phone",
    "captcha-image",
    "captcha-image-2x",
    "captcha-audio",
    "captcha-refresh",
    "accounts:captcha-sound",
    "accounts:login",
    "accounts:logout",
    "accounts:new-device",
    "accounts:registration",
    "accounts:registration-confirm",
    "accounts:registration-resend",
    "accounts:registration-cancel",
    "accounts:registration-done",
    "accounts:password-reset",
    "accounts:password-reset-confirm",
    "accounts:password-reset-new",
    "accounts:email-link",
    "accounts:feedback",
    "accounts:feedback-answer",
    "accounts:blocked",
    "accounts:quick-block",
    "accounts:unsubscribe",
    "payments:binding-return",
    "payments:challenge-return",
    "payments:document-check",
    "payments:notification",
}
STAFF = "admin"
# The bank comes without our cookies and without our token; so do mail services that unsubscribe for their reader.
WITHOUT_TOKEN = {
    "payments:binding-return",
    "payments:challenge-return",
    "payments:notification",
    "accounts:unsubscribe",
}
SAMPLES = {"uuid": uuid.UUID(int=7), "int": 7, "string": "sample", "slug": "sample"}


@dataclass(frozen=True)
class Route:
    """An address with sample values in place of its variables."""

    name: str
    url: str
    has_variables: bool
    without_token: bool


def walk(patterns: list[URLPattern | URLResolver], namespaces: tuple[str, ...] = ()) -> Iterator[Route]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from walk(pattern.url_patterns, inner)
        else:
            name = ":".join((*namespaces, pattern.name or ""))
            values = sample_values(pattern)
            without_token = getattr(pattern.callback, "csrf_exempt", False)
            yield Route(name, reverse(name, kwargs=values), bool(values), without_token)


def sample_values(pattern: URLPattern) -> dict[str, object]:
    converters = getattr(pattern.pattern, "converters", {})
    if converters:
        return {
            name: SAMPLES[type(converter).__name__.removesuffix("Converter").lower()]
            for name, converter in converters.items()
        }
    names = re.compile(str(pattern.pattern)).groupindex if hasattr(pattern.pattern, "_regex") else {}
    return dict.fromkeys(names, "sample")


def routes() -> list[Route]:
    """All but those of the staff: tests/contact_centre/test_staff_doors.py knows each of them."""
    patterns = get_resolver().url_patterns
    return list(walk([pattern for pattern in patterns if getattr(pattern, "namespace", None) != STAFF]))


def closed_routes() -> list[Route]:
    return [route for route in routes() if route.name not in PUBLIC]


def test_every_address_has_a_name() -> None:
    assert [route.url for route in routes() if not route.name or route.name.endswith(":")] == []


def test_the_public_list_names_only_what_exists() -> None:
    assert PUBLIC - {route.name for route in routes()} == set()


def test_strangers_are_led_to_the_login_page(client: Client) -> None:
    login = resolve_url(settings.LOGIN_URL)
    open_doors = []

    for route in closed_routes():
        answers = [client.get(route.url), client.post(route.url)]
        led_away = [answer for answer in answers if answer.status_code == 302 and answer["Location"].startswith(login)]
        refused = [answer for answer in answers if answer.status_code == 405]
        if not led_away or len(led_away) + len(refused) < len(answers):
            open_doors.append(f"{route.name}: {[answer.status_code for answer in answers]}")

    assert not open_doors, "\n".join(open_doors)


def test_what_is_not_there_is_not_found(boris_client: Client) -> None:
    found = []

    for route in closed_routes():
        if route.has_variables:
            statuses = {boris_client.get(route.url).status_code, boris_client.post(route.url).status_code}
            if not statuses <= {404, 405} or 404 not in statuses:
                found.append(f"{route.name}: {statuses}")

    assert not found, "\n".join(found)


def test_a_nul_in_an_address_is_no_page(client: Client, boris_client: Client) -> None:
    """PostgreSQL takes none in a text: asked about it, the database would fail."""
    found = []

    for route in routes():
        if route.has_variables and "sample" in route.url:
            url = route.url.replace("sample", "%00")
            answers = [deed(url) for one in (client, boris_client) for deed in (one.get, one.post)]
            found += [f"{url}: {answer.status_code}" for answer in answers if answer.status_code != 404]

    assert not found, "\n".join(found)


def test_only_the_bank_and_mail_services_post_without_a_token() -> None:
    assert {route.name for route in routes() if route.without_token} == WITHOUT_TOKEN


def test_every_page_carries_the_strict_policy(client: Client) -> None:
    loose = []

    for route in routes():
        policy = client.get(route.url).headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            loose.append(f"{route.name}: {policy}")

    assert not loose, "\n".join(loose)
