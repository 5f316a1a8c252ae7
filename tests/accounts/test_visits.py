"""«Последнее обращение к Системе»: now and the visit before, at most one write a minute, none from the page itself."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts import visits
from accounts.models import User
from accounts.visits import Visit
from tests.accounts.make import words
from tests.people import NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAGE = reverse("agreement")
MINUTE = timedelta(minutes=1)


def visit(client, minutes, path=PAGE):
    with time_machine.travel(NOW + minutes * MINUTE, tick=False):
        return client.get(path)


def stamps(user):
    user.refresh_from_db()
    return user.previous_visit_at, user.last_visit_at


def test_the_line_is_written_in_moscow_time(anna):
    anna.previous_visit_at = datetime(2017, 7, 17, 14, 54, 31, tzinfo=UTC)

    line = visits.line(user=anna, now=datetime(2017, 7, 17, 14, 56, 35, tzinfo=UTC))

    assert line == Visit(now="17.07.2017 17:56:35", previous="17.07.2017 17:54:31")


def test_the_page_says_now_and_the_visit_before(anna_client):
    visit(anna_client, 0)

    text = words(visit(anna_client, 2))

    assert "20.11.2026 12:02:00. За дополнительной информацией обращайтесь в Контакт-Центр." in text
    assert "Последнее обращение к Системе: 20.11.2026 12:00:00." in text


def test_the_first_visit_of_all_has_none_before(anna_client):
    assert "Последнее обращение к Системе" not in words(visit(anna_client, 0))


def test_it_is_written_at_most_once_a_minute(anna, anna_client):
    for minutes in (0, 0.5, 0.99, 1, 1.5):
        visit(anna_client, minutes)

    assert stamps(anna) == (NOW, NOW + MINUTE)


def test_a_visit_of_the_same_minute_still_names_the_one_before(anna_client):
    visit(anna_client, 0)
    visit(anna_client, 5)

    assert "Последнее обращение к Системе: 20.11.2026 12:00:00." in words(visit(anna_client, 5.5))


def test_a_refresh_of_the_page_itself_is_no_visit(anna, anna_client):
    visit(anna_client, 0)

    visit(anna_client, 5, f"{PAGE}?refresh=1")

    assert stamps(anna) == (None, NOW)
    assert anna_client.session["seen_at"] == NOW.timestamp()


def test_a_form_sent_from_a_refreshed_page_is_a_visit():
    assert visits.is_quiet(RequestFactory().get(PAGE, {"refresh": "1"}))
    assert not visits.is_quiet(RequestFactory().post(f"{PAGE}?refresh=1"))


def test_a_quiet_view_keeps_its_mark_under_other_decorators():
    view = never_cache(visits.quiet(lambda request: HttpResponse()))

    assert view.quiet


def test_a_quiet_view_is_no_visit(anna, anna_client, monkeypatch):
    visit(anna_client, 0)
    monkeypatch.setattr(visits, "is_quiet", lambda request: True)

    visit(anna_client, 5)

    assert stamps(anna) == (None, NOW)


def test_a_stranger_leaves_no_stamp(anna):
    assert visit(Client(), 0).status_code == 200
    assert stamps(anna) == (None, None)


def test_the_neighbours_visit_is_his_own(anna, boris, anna_client, boris_client):
    visit(anna_client, 0)
    visit(boris_client, 5)

    assert stamps(anna) == (None, NOW)
    assert stamps(boris) == (None, NOW + 5 * MINUTE)


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_are_one_visit(anna):
    User.objects.update(last_visit_at=NOW - MINUTE)

    at_once(10, lambda _: visits.stamp(user=User.objects.get(pk=anna.pk), now=NOW))

    assert stamps(anna) == (NOW - MINUTE, NOW)
