"""`/metrics`: Prometheus text for who has the token; everybody else hears that there is no such page."""

import re
from datetime import timedelta

import pytest

from notifications import messages, outbox
from notifications.models import Message
from tests.billing.make import make_register
from tests.clock import NOW

pytestmark = pytest.mark.django_db
TOKEN = "a long token"
LINE = re.compile(r'smartservice_[a-z_]+(\{channel="[^"]+"\})? \d+')


@pytest.fixture
def figures(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def read():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
        return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    return read


def test_without_a_token_set_there_is_no_page(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer", TOKEN[:-1]])
def test_a_wrong_token_is_answered_like_no_page(client, settings, header):
    settings.METRICS_TOKEN = TOKEN

    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_every_line_is_a_gauge_with_its_words(client, settings):
    settings.METRICS_TOKEN = TOKEN

    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()

    lines = text.splitlines()
    assert all(LINE.fullmatch(line) for line in lines if not line.startswith("#"))
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.split(r"[ {]", line)[0] for line in lines if not line.startswith("#")} <= named


def test_it_says_how_long_messages_wait(figures):
    outbox.put(
        messages.PHONE_NOT_REGISTERED, address="+79161234567", context={}, key="1", now=NOW - timedelta(minutes=2)
    )

    found = figures()

    assert found["smartservice_messages_waiting"] == 1
    assert 120 <= found["smartservice_queue_lag_seconds"] <= 150


def test_it_counts_what_did_not_arrive(figures):
    for number, state in enumerate(["SENT", "SENT", "FAILED"]):
        outbox.put(messages.PHONE_NOT_REGISTERED, address=f"+7916123456{number}", context={}, key=f"{number}", now=NOW)
        Message.objects.filter(key=f"{number}").update(state=state, sent_at=NOW if state == "SENT" else None)

    found = figures()

    assert found['smartservice_messages_settled{channel="SMS"}'] == 3
    assert found['smartservice_messages_failed{channel="SMS"}'] == 1


def test_what_never_was_has_no_line(figures):
    assert "smartservice_register_in_age_seconds" not in figures()
    make_register()
    assert figures()["smartservice_register_in_age_seconds"] < 60


def test_it_asks_few_questions(figures, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        figures()
