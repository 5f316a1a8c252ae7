"""How a form looks on every page: label, hint, error, tick, summary."""

import pytest
from django import forms
from django.template.loader import render_to_string
from pytest_django.asserts import assertInHTML

from smartservice.templatetags import smart


class Card(forms.Form):
    owner = forms.CharField(
        label="Владелец карты",
        help_text="Латинскими буквами",
        error_messages={"required": "Введите имя и фамилию с карты"},
    )
    term = forms.RegexField(
        r"^\d\d/\d\d$",
        label="Действительна до",
        widget=forms.TextInput(attrs={"class": "w4"}),
        error_messages={"invalid": "Срок пишется так: 09/28"},
    )
    code = forms.CharField(label="CVV/CVC код", widget=forms.PasswordInput)
    remember = forms.BooleanField(label="Запомнить карту", help_text="Понадобится только CVV", required=False)


class Method(forms.Form):
    method = forms.ChoiceField(
        label="Способ оплаты",
        help_text="Одна из Ваших карт",
        choices=[("1", "VISA (***0551)"), ("new", "Новая карта")],
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите карту"},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "Форма повреждена"})


class Pair(forms.Form):
    phone = forms.CharField(label="Номер мобильного телефона")

    def clean(self) -> None:
        raise forms.ValidationError("Неверный номер телефона или пароль")


GOOD = {"owner": "IVANOV IVAN", "term": "09/28", "code": "321"}


def summary_of(form: forms.Form) -> str:
    return render_to_string("components/error_summary.html", {"form": form})


def test_it_ties_the_label_and_the_visible_hint_to_the_input():
    html = str(Card()["owner"].as_field_group())

    assertInHTML('<label for="id_owner">Владелец карты</label>', html)
    assertInHTML('<p class="hint" id="id_owner_helptext">Латинскими буквами</p>', html)
    assert 'aria-describedby="id_owner_helptext"' in html


def test_it_shows_the_error_beside_the_field_and_ties_it():
    html = str(Card({**GOOD, "owner": ""})["owner"].as_field_group())

    assert 'class="field wrong"' in html
    assert 'id="id_owner_error"' in html
    assertInHTML("<p>Введите имя и фамилию с карты</p>", html)
    assert 'aria-describedby="id_owner_helptext id_owner_error"' in html
    assert 'aria-invalid="true"' in html


def test_it_keeps_the_wrong_value_so_that_it_can_be_mended():
    html = str(Card({**GOOD, "term": "сентябрь"})["term"].as_field_group())

    assert 'value="сентябрь"' in html
    assert 'class="w4"' in html


def test_it_never_gives_a_secret_back():
    html = str(Card({**GOOD, "code": "777", "term": ""}))

    assert "777" not in html


def test_it_would_give_the_secret_back_from_a_plain_input():
    class Careless(Card):
        code = forms.CharField()

    html = str(Careless({**GOOD, "code": "777", "term": ""}))

    assert "777" in html


def test_it_ticks_what_the_server_found_right():
    form = Card({**GOOD, "term": ""})

    assert smart.is_right(form["owner"])
    assert 'class="field right"' in str(form["owner"].as_field_group())
    assert '<span class="tick">' in str(form["owner"].as_field_group())


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Card(), "owner"),
        (Card({**GOOD, "owner": ""}), "owner"),
        (Card({**GOOD, "term": "x"}), "term"),
        (Card(GOOD), "code"),
        (Card(GOOD), "remember"),
    ],
    ids=["not sent", "empty", "wrong", "secret", "not chosen"],
)
def test_it_does_not_tick_anything_else(form, name):
    html = str(form[name].as_field_group())

    assert not smart.is_right(form[name])
    assert '<span class="tick">' not in html


def test_it_makes_a_checkbox_a_card_with_its_hint_below():
    html = str(Card()["remember"].as_field_group())

    assertInHTML('<label for="id_remember">Запомнить карту</label>', html)
    assert html.index("Запомнить карту") < html.index("Понадобится только CVV")


def test_it_groups_radio_buttons_under_a_legend():
    html = str(Method()["method"].as_field_group())

    assertInHTML("<legend>Способ оплаты</legend>", html)
    assert '<fieldset class="field" aria-describedby="id_method_helptext">' in html
    assert html.count('class="option"') == 2
    assert 'for="id_method_1"' in html


def test_it_renders_a_hidden_field_without_a_label():
    html = str(Method())

    assert html.count("<label") == 2
    assert 'type="hidden" name="key"' in html


def test_it_escapes_what_people_and_providers_write():
    form = Card({**GOOD, "owner": '"><script>alert(1)</script>', "term": ""})
    form.fields["owner"].label = "<b>Владелец</b>"

    html = str(form)

    assert "<script>alert" not in html
    assert "<b>Владелец" not in html


@pytest.mark.parametrize(
    ("data", "heading"),
    [
        ({**GOOD, "term": ""}, "Проверьте форму: исправьте 1\u00a0поле"),
        ({**GOOD, "term": "", "owner": ""}, "Проверьте форму: исправьте 2\u00a0поля"),
    ],
)
def test_the_summary_counts_the_fields_to_mend(data, heading):
    html = summary_of(Card(data))

    assert heading in html


def test_the_summary_leads_to_each_field_with_the_same_words():
    html = summary_of(Card({**GOOD, "owner": "", "term": "x"}))

    assertInHTML('<a href="#id_owner">Введите имя и фамилию с карты</a>', html)
    assertInHTML('<a href="#id_term">Срок пишется так: 09/28</a>', html)


def test_the_summary_can_take_the_focus():
    html = summary_of(Card({}))

    assert 'id="error-summary" role="alert" tabindex="-1"' in html


def test_the_summary_leads_to_the_first_radio_button_and_past_hidden_fields():
    html = summary_of(Method({"key": "x"}))

    assertInHTML('<a href="#id_method_0">Выберите карту</a>', html)
    assertInHTML('<a href="#id_method_0">Форма повреждена</a>', html)


def test_the_summary_tells_of_the_form_as_a_whole_without_counting_fields():
    summary = smart.error_summary(Pair({"phone": "+7 916 123-45-67"}))

    assert summary.heading == "Проверьте форму"
    assert summary.lines == [smart.ErrorLine(text="Неверный номер телефона или пароль", target="id_phone")]
