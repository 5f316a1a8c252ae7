"""One request: what was written, where it stands, the answer; its file as a download."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts import feedback
from tests.accounts.feedback_steps import PDF, SCAN, detail_url, file_url, sent
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db


def test_it_shows_what_was_written_and_where_it_stands(anna_client, anna):
    one = sent(anna, operation_number="44742441", account_number="1234567890")

    page = anna_client.get(detail_url(one))

    for words in (f"Обращение № {one.number}", "Оплата", "Оплатил дважды", "44742441", "1234567890", "Новое"):
        assertContains(page, words)
    assertNotContains(page, "Ответ")


def test_it_shows_the_answer(anna_client, anna):
    one, operator = sent(anna), make_resident("+79000000001", last_name="Операторова")
    feedback.answer(feedback=one, text="Вернули <b>сегодня</b>", who=operator, now=NOW)

    page = anna_client.get(detail_url(one))

    assertContains(page, "Есть ответ")
    assertContains(page, "Вернули &lt;b&gt;сегодня&lt;/b&gt;")
    assertNotContains(page, operator.last_name)


def test_the_neighbour_finds_neither_the_request_nor_its_file(boris_client, anna):
    one = sent(anna, attachment=SCAN)

    assert boris_client.get(detail_url(one)).status_code == 404
    assert boris_client.get(file_url(one)).status_code == 404


def test_a_visitors_request_is_nobodys(anna_client):
    one = sent(None, name="Пётр", contact="petr@example.com")

    assert anna_client.get(detail_url(one)).status_code == 404


def test_the_file_is_a_download_of_the_type_that_its_content_has(anna_client, anna):
    one = sent(anna, attachment=SCAN)

    answer = anna_client.get(file_url(one))

    assert b"".join(answer) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_does_not_read_the_file(anna_client, anna, django_assert_max_num_queries):
    one = sent(anna, attachment=SCAN)
    anna_client.get(detail_url(one))

    with django_assert_max_num_queries(4) as queries:
        assertContains(anna_client.get(detail_url(one)), "квитанция.pdf")

    assert not any('"content"' in query["sql"] for query in queries)


def test_without_a_file_there_is_none(anna_client, anna):
    assert anna_client.get(file_url(sent(anna))).status_code == 404
