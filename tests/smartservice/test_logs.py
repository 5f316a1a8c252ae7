"""Log lines: JSON with the request's number, and nothing that a log may not keep."""

import json
import logging

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from smartservice import logs


def record(message, *arguments, **more):
    return logging.LogRecord("payments", logging.WARNING, __file__, 1, message, arguments, more.get("exc_info"))


def line(*arguments, **more):
    return json.loads(logs.JsonLine().format(record(*arguments, **more)))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("call +79161234567 now", "call +7 *** ***-**-67 now"),
        ("8 (916) 123-45-67", "8 *** ***-**-67"),
        ("card 2200770239097761", "card ***7761"),
        ("card 2200 7702 3909 7761.", "card ***7761."),
        ("to anna@example.com", "to a***@example.com"),
        ("код: 123456", "код: ***"),
        ("password=Smart2017", "password=***"),
        ("cvv=123", "cvv=***"),
        ("payment 44742440 took 12 s", "payment 44742440 took 12 s"),
        ("order 3fa85f64-5717-4562-b3fc-2c963f66afa6", "order 3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ],
)
def test_what_a_log_may_not_keep_is_masked(text, shown):
    assert logs.masked(text) == shown


@given(st.from_regex(r"\A\d{13,19}\Z"), st.text(max_size=20).filter(lambda text: not text[-1:].isalnum()))
def test_no_long_number_stays_whole(number, before):
    assert number not in logs.masked(f"{before} {number} ")


def test_a_line_is_one_json_object_even_with_a_trace():
    try:
        raise ValueError("+79161234567")
    except ValueError as error:
        found = line("it failed for %s", "+79161234567", exc_info=(ValueError, error, error.__traceback__))

    assert found["message"] == "it failed for +7 *** ***-**-67"
    assert "ValueError: +7 *** ***-**-67" in found["trace"]
    assert (found["level"], found["logger"]) == ("WARNING", "payments")


def test_people_read_masked_lines_too():
    assert logs.TextLine("{message}", style="{").format(record("to +79161234567")) == "to +7 *** ***-**-67"


@pytest.mark.django_db
def test_an_answer_carries_the_number_of_its_request(client):
    first, second = client.get("/healthz"), client.get("/healthz")

    assert len(first.headers["X-Request-ID"]) == 16
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given_id, is_kept", [("proxy-1234567", True), ("a b", False), ("x" * 65, False), ("<b>", False)]
)
def test_the_number_of_a_proxy_is_kept_when_it_is_one(client, given_id, is_kept):
    answer = client.get("/healthz", headers={"X-Request-ID": given_id})

    assert (answer.headers["X-Request-ID"] == given_id) is is_kept


@pytest.mark.django_db
def test_a_line_written_inside_a_request_carries_its_number(client, monkeypatch):
    seen = []
    monkeypatch.setattr("smartservice.vitals.queue_lag", lambda **_: seen.append(line("inside")) or 0)

    answer = client.get("/readyz")

    assert seen[0]["request_id"] == answer.headers["X-Request-ID"]
    assert "request_id" not in line("outside")


def refused(error):
    try:
        raise error
    except type(error) as caught:
        one = record("Forbidden (Permission denied): /admin/", exc_info=(type(error), caught, caught.__traceback__))
    assert logs.ShortRefusals().filter(one)
    return json.loads(logs.JsonLine().format(one))


def test_a_refused_page_leaves_a_line_without_a_trace():
    found = refused(PermissionDenied("not yours"))

    assert found["message"] == "Forbidden (Permission denied): /admin/"
    assert "trace" not in found


def test_a_fault_keeps_its_trace():
    assert "ValueError: ours" in refused(ValueError("ours"))["trace"]


def test_the_filter_stands_before_what_is_printed():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["refusals"]
