"""«Обратная связь»: the form for residents and visitors, and the list of one's own requests."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Feedback, FeedbackFile
from tests.accounts.feedback_steps import FEEDBACK, PDF, detail_url, sent
from tests.accounts.make import picture, words

pytestmark = pytest.mark.django_db


def typed(**changes):
    filled = {"topic": "PAYMENT", "text": "Оплатил дважды", "operation_number": "", "account_number": "", **changes}
    return {name: value for name, value in filled.items() if value is not None}


def typed_by_visitor(**changes):
    return typed(**{"name": "Пётр", "contact": "petr@example.com", **picture(), **changes})


def test_a_resident_is_told_the_number_and_led_to_his_request(anna_client, anna):
    answer = anna_client.post(FEEDBACK, typed(), follow=True)

    one = Feedback.objects.get()
    assert (one.resident, one.text, one.topic, one.status) == (anna, "Оплатил дважды", "PAYMENT", "NEW")
    assert answer.redirect_chain == [(detail_url(one), 302)]
    assertContains(answer, f"Обращение № {one.number} принято")


def test_a_visitor_says_who_he_is_and_is_told_the_number(client):
    answer = client.post(FEEDBACK, typed_by_visitor(), follow=True)

    one = Feedback.objects.get()
    assert (one.resident, one.name, one.contact) == (None, "Пётр", "petr@example.com")
    assertContains(answer, f"Обращение № {one.number} принято")


def test_a_visitors_phone_is_kept_as_a_number(client):
    client.post(FEEDBACK, typed_by_visitor(contact="8 (916) 123 45 67"))

    assert Feedback.objects.get().contact == "+79161234567"


def test_a_resident_needs_no_picture_and_no_name(anna_client):
    page = anna_client.get(FEEDBACK)

    assertNotContains(page, "Код с картинки")
    assertNotContains(page, "Как к Вам обращаться")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"text": ""}, "Напишите, что случилось"),
        ({"text": "а" * 4001}, "Сообщение длиннее 4000 знаков"),
        ({"topic": "WEATHER"}, "Выберите корректный вариант"),
        ({"operation_number": "44-742"}, "Номер транзакции состоит из цифр"),
        ({"name": ""}, "Введите имя"),
        ({"contact": "не скажу"}, "Введите e-mail или номер мобильного телефона"),
        ({"contact": "petr@"}, "Введите e-mail или номер мобильного телефона"),
        ({"captcha_1": "wrong"}, "Код с картинки не подошёл"),
    ],
)
def test_bad_input_is_told_at_its_field_and_the_text_stays(client, changes, says):
    answer = client.post(FEEDBACK, typed_by_visitor(account_number="1234567890", **changes))

    assertContains(answer, says)
    assertContains(answer, "1234567890")
    assert not Feedback.objects.exists()


def test_a_file_goes_with_it(anna_client):
    anna_client.post(FEEDBACK, typed(file=SimpleUploadedFile("чек.pdf", PDF, "text/html")))

    kept = FeedbackFile.objects.get()
    assert (kept.name, kept.content_type, bytes(kept.content)) == ("чек.pdf", "application/pdf", PDF)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<script>alert(1)</script>", "Можно приложить фотографию"),
        (PDF + b"0" * (5 * 1024 * 1024), "Файл больше 5 МБ"),
        (b"", "Файл пуст"),
    ],
    ids=["another kind under a good name", "too large", "empty"],
)
def test_a_file_that_may_not_be_kept_is_refused_at_its_field(anna_client, content, says):
    answer = anna_client.post(FEEDBACK, typed(file=SimpleUploadedFile("чек.pdf", content, "application/pdf")))

    assertContains(answer, says)
    assertContains(answer, "Оплатил дважды")
    assert not Feedback.objects.exists()


def test_a_good_file_beside_a_mistake_is_asked_for_again(anna_client):
    answer = anna_client.post(FEEDBACK, typed(text="", file=SimpleUploadedFile("чек.pdf", PDF)))

    assertContains(answer, "Выберите файл ещё раз")


def test_the_eleventh_of_a_day_is_refused_and_nothing_typed_is_lost(anna_client):
    for _ in range(10):
        anna_client.post(FEEDBACK, typed())

    answer = anna_client.post(FEEDBACK, typed(text="Одиннадцатое"))

    assertContains(answer, "Слишком много обращений")
    assertContains(answer, "Одиннадцатое")
    assert Feedback.objects.count() == 10


def test_another_picture_keeps_what_was_typed(client):
    answer = client.post(FEEDBACK, typed_by_visitor(new_picture="1"))

    assertContains(answer, "Оплатил дважды")
    assert "Проверьте форму" not in words(answer)


def test_the_operation_may_come_with_the_link(anna_client):
    assertContains(anna_client.get(FEEDBACK, {"operation": "44742441"}), 'value="44742441"')


def test_a_resident_sees_his_own_requests_newest_first(anna_client, anna):
    first, second = sent(anna), sent(anna, topic="REFUND")

    text = words(anna_client.get(FEEDBACK))

    assert text.index(f"№ {second.number} Возврат платежа") < text.index(f"№ {first.number} Оплата")
    assert "Новое" in text


def test_many_requests_take_pages_and_three_queries(anna_client, anna, django_assert_max_num_queries):
    for minute in range(25):
        sent(anna, now=anna.created_at.replace(year=2027, month=1 + minute // 8))
    anna_client.get(FEEDBACK)

    # Three of the frame: session, user, last visit.
    with django_assert_max_num_queries(6):
        page = anna_client.get(FEEDBACK, {"page": "3"})

    assert words(page).count("Оплата 2") == 5


def test_the_neighbour_sees_nothing_of_it(boris_client, anna):
    one = sent(anna)

    page = boris_client.get(FEEDBACK)

    # The bare number may stand in a telephone: 8 800 100-39-00 has a 10039 in it.
    assertNotContains(page, f"№ {one.number}")
    assertNotContains(page, str(one.uuid))


def test_looking_writes_nothing(anna_client):
    anna_client.get(FEEDBACK)

    assert not Feedback.objects.exists()


def test_the_menu_leads_here(client):
    assertContains(client.get("/"), f'href="{reverse("accounts:feedback")}"')
