"""The pages that staff write: public, versions kept, harmless whatever is typed, linked from everywhere."""

import pytest
from django.db import IntegrityError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts import markup, pages
from accounts.models import Page, PageVersion
from tests.people import NOW

pytestmark = pytest.mark.django_db
DOCUMENTS = [Page.AGREEMENT, Page.PERSONAL_DATA, Page.PRIVACY]


def publish(page=Page.AGREEMENT, text="Новый текст", **more):
    return pages.publish(page=page, text=text, **{"asks_again": False, "author": None, "now": NOW, **more})


@pytest.mark.parametrize("one", Page)
def test_anyone_may_read_it(client, boris_client, one):
    for reader in (client, boris_client):
        answer = reader.get(reverse(one.value))

        assertContains(answer, f"<h1>{one.label}</h1>", html=True)
        assertContains(answer, f"<title>{one.label} – Смарт Сервис</title>", html=True)


@pytest.mark.parametrize("one", Page)
def test_it_says_something_and_fills_everything_in(client, one):
    text = client.get(reverse(one.value)).content.decode().split("<article")[1].split("</article")[0]

    assert len(text) > 500
    assert "{" not in text


@pytest.mark.parametrize("one", DOCUMENTS)
def test_a_document_names_its_version_and_its_operator(client, settings, one):
    answer = client.get(reverse(one.value))

    assertContains(answer, "Редакция 1 от 20.11.2026")
    assertContains(answer, settings.AGENT["name"])
    assertContains(answer, settings.AGENT["inn"])


@pytest.mark.parametrize(
    "words", ["номер мобильного телефона", "кодовое слово", "лицевые счета", "Как отозвать", "Срок"]
)
def test_the_consent_lists_the_data_the_term_and_the_withdrawal(client, words):
    assertContains(client.get(reverse("personal-data")), words)


@pytest.mark.parametrize("one", Page)
def test_every_page_links_to_it_at_the_foot(client, one):
    foot = client.get("/").content.decode().split("<footer")[1]

    assert f'href="{reverse(one.value)}"' in foot


@pytest.mark.parametrize("one", [Page.ABOUT, Page.QUESTIONS, Page.HOW_TO_PAY])
def test_the_menu_ends_with_it(client, one):
    menu = client.get("/").content.decode().split('class="menu"')[1].split("</nav")[0]

    assert f'href="{reverse(one.value)}"' in menu


def test_a_new_version_takes_the_place_and_the_former_can_still_be_read(client):
    publish(text="Теперь иначе")
    address = reverse("agreement")

    assertContains(client.get(address), "Редакция 2")
    assertContains(client.get(address), "Теперь иначе")
    assertContains(client.get(address, {"version": "1"}), "Что такое Система А3")
    assertNotContains(client.get(address, {"version": "1"}), "Теперь иначе")


@pytest.mark.parametrize("version", ["7", "999999999999999999999"])
def test_a_version_that_never_was_is_not_found(client, version):
    assert client.get(reverse("agreement"), {"version": version}).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "١", "1.0"])
def test_nonsense_shows_the_newest(client, version):
    assertContains(client.get(reverse("agreement"), {"version": version}), "Редакция 1")


@pytest.mark.parametrize("one", Page)
def test_it_is_read_only(client, one):
    assert client.post(reverse(one.value)).status_code == 405


def test_a_version_is_never_changed_nor_deleted():
    version = pages.current(Page.ABOUT)

    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_two_versions_cannot_have_one_number():
    publish()

    with pytest.raises(IntegrityError):
        PageVersion.objects.create(page=Page.AGREEMENT, number=2, text="x", published_at=NOW)


@pytest.mark.parametrize(
    ("typed", "forbidden"),
    [
        ("<script>alert(1)</script>", "<script"),
        ('<img src=x onerror="alert(1)">', "<img"),
        ("[нажмите](javascript:alert(1))", 'href="javascript'),
        ("[нажмите](data:text/html;base64,PHNjcmlwdD4=)", 'href="data'),
        ("![рисунок](https://elsewhere.example/x.png)", "<img"),
        ('<a href="/" onclick="alert(1)">x</a>', '<a href="/" onclick'),
        ("<style>body{display:none}</style>", "<style"),
        ("<form action=https://elsewhere.example>", "<form"),
        ("[x](http://elsewhere.example)", 'href="http:'),
    ],
)
def test_nothing_that_is_typed_can_do_harm(typed, forbidden):
    assert forbidden not in markup.as_html(typed)


def test_plain_markup_works():
    html = markup.as_html("## Раздел\n\n* **важно**\n* [ссылка](/feedback/)\n\nТелефон: [позвонить](tel:88001003900)")

    for part in ("<h2>Раздел</h2>", "<strong>важно</strong>", 'href="/feedback/"', 'href="tel:88001003900"', "<ul>"):
        assert part in html


def test_it_takes_few_queries(client, django_assert_max_num_queries):
    for _ in range(5):
        publish()

    with django_assert_max_num_queries(2):
        client.get(reverse("agreement"))
