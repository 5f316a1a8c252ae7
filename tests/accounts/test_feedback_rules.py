"""What becomes of a request: taken, answered or closed, each once; who is written to; how many a day."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import feedback
from accounts.models import Feedback, FeedbackFile
from notifications.models import Message
from tests.accounts.feedback_steps import SCAN, sent
from tests.people import NOW, make_resident
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(db):
    return make_resident("+79000000001", is_staff=True)


def test_who_takes_it_stands_in_it(anna, operator):
    one = sent(anna)

    feedback.take(feedback=one, who=operator, now=NOW)

    one.refresh_from_db()
    assert (one.status, one.taken_by, one.taken_at) == ("IN_WORK", operator, NOW)


def test_two_colleagues_cannot_take_one(anna, operator):
    one = sent(anna)
    feedback.take(feedback=one, who=operator, now=NOW)

    with pytest.raises(feedback.NotOpen):
        feedback.take(feedback=one, who=operator, now=NOW)


def test_an_answer_is_kept_and_written_to_a_confirmed_address(anna, operator):
    anna.email_confirmed_at = NOW
    anna.save()
    one = sent(anna)

    feedback.answer(feedback=one, text="Вернули", who=operator, now=NOW)

    one.refresh_from_db()
    letter = Message.objects.get()
    assert (one.status, one.answer, one.ended_by, one.ended_at) == ("ANSWERED", "Вернули", operator, NOW)
    assert letter.address == anna.email
    assert "Вернули" in letter.full_text()
    assert str(one.number) in letter.subject


def test_an_unconfirmed_address_gets_no_letter(anna, operator):
    feedback.answer(feedback=sent(anna), text="Вернули", who=operator, now=NOW)

    assert not Message.objects.exists()


@pytest.mark.parametrize(("contact", "channel"), [("petr@example.com", "EMAIL"), ("+79161234567", "SMS")])
def test_a_visitor_is_written_to_where_he_asked(operator, contact, channel):
    one = sent(None, name="Пётр", contact=contact)

    feedback.answer(feedback=one, text="Вернули", who=operator, now=NOW)

    assert [(row.channel, row.address) for row in Message.objects.all()] == [(channel, contact)]


def test_what_is_ended_stays_so(anna, operator):
    one = sent(anna)
    feedback.close(feedback=one, who=operator, now=NOW)

    for deed in (feedback.take, feedback.close):
        with pytest.raises(feedback.NotOpen):
            deed(feedback=one, who=operator, now=NOW)
    with pytest.raises(feedback.NotOpen):
        feedback.answer(feedback=one, text="Поздно", who=operator, now=NOW)

    one.refresh_from_db()
    assert (one.status, one.answer) == ("CLOSED", None)


def test_of_eight_answers_at_once_one_is_given(anna, operator):
    one = sent(anna)

    def answer(which):
        try:
            own = Feedback.objects.get(pk=one.pk)
            feedback.answer(feedback=own, text=f"Ответ {which}", who=operator, now=NOW)
        except feedback.NotOpen:
            return 0
        return 1

    assert sum(at_once(8, answer)) == 1


def test_ten_a_day_of_a_resident_and_then_tomorrow(anna):
    for _ in range(10):
        sent(anna)

    with pytest.raises(feedback.TooMany):
        sent(anna)

    sent(anna, now=NOW + timedelta(days=1))


def test_ten_an_hour_of_a_strangers_address(anna):
    for _ in range(10):
        sent(None)

    with pytest.raises(feedback.TooMany):
        sent(None)

    sent(None, ip="203.0.113.8")
    sent(anna)


def test_of_twenty_at_once_ten_are_kept(anna):
    def send(_):
        try:
            sent(anna)
        except feedback.TooMany:
            return 0
        return 1

    assert sum(at_once(20, send)) == Feedback.objects.count() == 10


def test_what_people_write_stands_nowhere_in_clear(anna, operator):
    one = sent(anna, text="паспорт 4511 123456", name="Пётр", contact="petr@example.com")
    feedback.answer(feedback=one, text="тайный ответ", who=operator, now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text, name, contact, answer FROM accounts_feedback")
        (row,) = cursor.fetchall()

    assert not any(secret in str(row) for secret in ("4511", "Пётр", "petr", "тайный"))


def test_the_file_goes_with_its_request(anna):
    one = sent(anna, attachment=SCAN)

    one.delete()

    assert not FeedbackFile.objects.exists()
