"""«Обращения»: the oldest first, red after a day; take, answer, close; each deed has one winner and a row."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AnswerTemplate, Feedback, FeedbackFile, User
from notifications.models import Message
from safeguards.models import JournalEntry
from smartservice.contact_centre import feedback_queue
from smartservice.roles import Role
from tests.clock import NOW
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:feedback-list")


def make_request(resident=None, **fields):
    usual = {"topic": "PAYMENT", "text": "Где квитанция?", "created_at": NOW}
    return Feedback.objects.create(resident=resident, **{**usual, **fields})


def address(name, request_of):
    return reverse(f"admin:feedback-{name}", args=[request_of.uuid])


def actions():
    return list(JournalEntry.objects.order_by("number").values_list("action", flat=True))


def test_the_oldest_stands_first_and_after_a_day_it_is_red(operator_client, anna):
    late = make_request(anna, created_at=NOW - timedelta(hours=25))
    fresh = make_request(anna)

    page = operator_client.get(LIST).content.decode()

    assert page.index(str(late.number)) < page.index(str(fresh.number))
    assert page.count("больше суток") == 1
    assert "Где квитанция?" not in page


def test_what_has_ended_is_not_in_the_queue(operator_client, anna):
    make_request(anna, status="CLOSED", ended_at=NOW)

    assert "Все обращения отвечены" in operator_client.get(LIST).content.decode()


def test_a_long_queue_has_pages(operator_client, anna):
    made = [make_request(anna) for _ in range(feedback_queue.ON_A_PAGE + 1)]

    first = operator_client.get(LIST)
    second = operator_client.get(LIST, {"after": made[-2].pk}).content.decode()

    assert first.context["last"] == made[-2].pk
    assert str(made[-1].number) in second
    assert str(made[0].number) not in second


def test_reading_is_a_row_of_the_journal(operator_client, operator, anna):
    asked = make_request(anna)

    page = operator_client.get(address("detail", asked)).content.decode()

    assert "Где квитанция?" in page
    row = JournalEntry.objects.get()
    assert (row.action, row.who_uuid, row.whose_uuid) == ("feedback.read", operator.uuid, anna.uuid)


def test_taken_then_answered(operator_client, operator, anna):
    anna.email_confirmed_at = NOW
    anna.save(update_fields=["email_confirmed_at"])
    asked = make_request(anna)

    operator_client.post(address("take", asked))
    operator_client.post(address("answer", asked), {"text": "Отправили ещё раз."})

    asked.refresh_from_db()
    assert (asked.status, asked.taken_by, asked.answer) == ("ANSWERED", operator, "Отправили ещё раз.")
    assert Message.objects.filter(kind="feedback_answer", address="anna@example.com").exists()
    assert actions() == ["feedback.taken", "feedback.answered"]


def test_a_colleague_was_faster(operator_client, anna):
    asked = make_request(anna)
    client_of(make_staff(phone="+79000000031")).post(address("take", asked))

    page = operator_client.post(address("take", asked), follow=True).content.decode()

    assert "уже взял" in page
    assert actions().count("feedback.taken") == 1


def test_who_answers_for_a_colleague_is_told_so_and_is_the_author(operator_client, operator, anna):
    asked = make_request(anna)
    senior = make_staff(Role.SENIOR, phone="+79000000031")
    User.objects.filter(pk=senior.pk).update(last_name="Белова", first_name="Анна")
    seniors = client_of(senior)
    operator_client.post(address("take", asked))
    warning = f"Обращение в работе у другого: {operator.full_name}"
    assert warning not in operator_client.get(address("detail", asked)).content.decode()
    assert warning in seniors.get(address("detail", asked)).content.decode()

    page = seniors.post(address("answer", asked), {"text": "Отправили ещё раз."}, follow=True).content.decode()

    asked.refresh_from_db()
    assert (asked.taken_by, asked.ended_by) == (operator, senior)
    assert "Есть ответ, Белова Анна" in page
    assert operator.full_name not in page.partition('class="panel"')[2]


def test_closed_without_an_answer(operator_client, anna):
    asked = make_request(anna)

    operator_client.post(address("close", asked))

    asked.refresh_from_db()
    assert asked.status == "CLOSED"
    assert not Message.objects.filter(kind="feedback_answer").exists()


def test_an_empty_answer_is_told_at_its_field(operator_client, anna):
    page = operator_client.post(address("answer", make_request(anna)), {"text": " "}).content.decode()

    assert "Напишите ответ" in page


def test_an_answer_may_begin_with_a_ready_one(operator_client, anna):
    AnswerTemplate.objects.create(title="Квитанция", text="Квитанция – в «Истории операций».")

    page = operator_client.get(address("detail", make_request(anna)), {"template": "Квитанция"}).content.decode()

    assert "Квитанция – в «Истории операций».</textarea>" in page


def test_a_ready_answer_that_no_title_can_be_is_none(operator_client, anna):
    answer = operator_client.get(address("detail", make_request(anna)), {"template": "Кви\0танция"})

    assert answer.status_code == 200


def test_a_file_is_a_download_and_never_a_page(operator_client, anna):
    asked = make_request(anna)
    FeedbackFile.objects.create(feedback=asked, name="x.html", content_type="text/html", content=b"<script>")

    answer = operator_client.get(address("file", asked))

    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content == b"<script>"


def test_what_people_write_is_escaped(operator_client, anna):
    page = operator_client.get(address("detail", make_request(anna, text="<b>жирно</b>"))).content.decode()

    assert "<b>жирно" not in page
    assert "&lt;b&gt;жирно" in page
