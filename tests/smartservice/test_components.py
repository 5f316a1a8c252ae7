"""Small pieces that pages share: plurals, steps, tags, pager, resend."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertInHTML

from smartservice.templatetags import smart

TRIES = "попытка,попытки,попыток"


def pager(*, total: int, number: int, address: str = "/") -> str:
    page = Paginator(range(total), 10).page(number)
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    return render_to_string("components/pager.html", {"page": page}, request=request)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 попыток"),
        (1, "1 попытка"),
        (2, "2 попытки"),
        (5, "5 попыток"),
        (11, "11 попыток"),
        (12, "12 попыток"),
        (14, "14 попыток"),
        (21, "21 попытка"),
        (23, "23 попытки"),
        (111, "111 попыток"),
    ],
)
def test_plural_agrees_with_the_number(number, text):
    assert smart.plural(number, TRIES) == text.replace(" ", "\u00a0")


@given(st.integers(min_value=0, max_value=10_000))
def test_plural_depends_on_the_last_two_digits_only(number):
    word = smart.plural(number, TRIES).split("\u00a0")[1]

    assert smart.plural(number % 100 + 100, TRIES).endswith(word)


def test_steps_tell_the_done_the_current_and_the_coming():
    html = render_to_string("components/steps.html", {"kind": "registration", "current": 2})

    assertInHTML('<li class="done">Данные</li>', html)
    assertInHTML('<li aria-current="step">Код из SMS</li>', html)
    assertInHTML("<li>Готово</li>", html)


@pytest.mark.parametrize("look", smart.TAG_ICONS)
def test_a_tag_has_a_word_and_an_icon_beside_its_colour(look):
    html = render_to_string("components/tag.html", {"look": look, "word": "выполнена"})

    assert f'class="tag tag-{look}"' in html
    assert f"icons.svg#{smart.TAG_ICONS[look]}" in html
    assert "выполнена" in html


def test_the_pager_links_every_page_but_the_current_one():
    html = pager(total=25, number=2)

    assert "Страницы:" in html
    assertInHTML('<span aria-current="page">2</span>', html)
    assertInHTML('<a href="?page=1" aria-label="Страница 1">1</a>', html)
    assertInHTML('<a href="?page=3" aria-label="Страница 3">3</a>', html)


def test_the_pager_keeps_the_filter():
    html = pager(total=25, number=1, address="/bills/?from=2017-01-01&page=1")

    assert 'href="?from=2017-01-01&amp;page=2"' in html


def test_the_pager_of_one_page_has_no_link():
    html = pager(total=3, number=1)

    assertInHTML('<span aria-current="page">1</span>', html)
    assert "<a " not in html


def test_a_long_pager_leaves_pages_out():
    html = pager(total=1000, number=50)

    assertInHTML("<span>…</span>", html, count=2)
    assert "Страница 100" in html
    assert "Страница 30" not in html


def resend_button(seconds):
    return {"label": "получить код ещё раз", "look": "link-button", "resend_in": seconds}


def test_a_new_code_shows_how_long_to_wait():
    html = render_to_string("components/resend.html", resend_button(42))

    assert 'name="resend" value="1" formnovalidate data-resend-in="42"' in html
    assert "42\u00a0секунды" in html


def test_a_new_code_that_may_be_asked_at_once_shows_no_counter():
    html = render_to_string("components/resend.html", resend_button(0))

    assert "data-resend" not in html


def test_a_summary_row_is_the_total_only_when_told_so():
    plain = render_to_string("components/summary_row.html", {"label": "Принято", "value": "1,00", "total": "12 970,24"})
    total = render_to_string("components/summary_row.html", {"label": "Принято", "value": "1,00", "total": True})

    assert 'class="total"' not in plain
    assert 'class="total"' in total


def test_an_empty_list_says_what_to_do_next():
    html = render_to_string(
        "components/empty.html",
        {"icon": "home", "title": "Нет счетов", "text": "", "url": "/add/", "action": "Добавить"},
    )

    assertInHTML("<h2>Нет счетов</h2>", html)
    assert '<a class="button" href="/add/">' in html
