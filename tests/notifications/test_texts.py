"""What residents read: whole sums, one code, no more segments than needed."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notifications import texts
from notifications.messages import ACTIVATION_CODE, ALL, PAYMENT_CODE, PHONE_ALREADY_REGISTERED, MessageKind
from notifications.models import Channel

ONE_SEGMENT = 70
NBSP = "\u00a0"

payees = st.one_of(
    st.text(alphabet=st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=200),
    st.text(alphabet="0123456789 №-.«»ОТСЖ", max_size=200),
    st.from_regex(r"(ТСЖ|ООО|ИП) [«№ ]{0,3}[0-9]{1,12}[» ]{0,2}(дом [0-9]{1,6})?", fullmatch=True),
)
kopecks = st.integers(min_value=1, max_value=10**13)
codes = st.from_regex(r"[0-9]{6}", fullmatch=True)


def roubles(sum_in_kopecks: int) -> str:
    whole = f"{sum_in_kopecks // 100:,}".replace(",", NBSP)
    return f"{whole},{sum_in_kopecks % 100:02}{NBSP}₽"


def runs(text: str, length: int) -> list[str]:
    return re.findall(rf"(?<!\d)\d{{{length}}}(?!\d)", text)


def payment_text(**values: str) -> str:
    return texts.sms(
        PAYMENT_CODE, {"code": "123456", "amount": roubles(1297024), "payee": "Смарт Сервис (ЖКУ)", **values}
    )


def test_it_writes_the_activation_code_in_one_segment() -> None:
    text = texts.sms(ACTIVATION_CODE, {"code": "4821"})

    assert text.startswith("Код 4821 для регистрации")
    assert runs(text, 4) == ["4821"]
    assert len(text) <= ONE_SEGMENT


def test_it_tells_an_owner_that_the_number_is_taken_in_one_segment() -> None:
    text = texts.sms(PHONE_ALREADY_REGISTERED, {})

    assert "номер уже зарегистрирован" in text
    assert not re.search(r"\d", text)
    assert len(text) <= ONE_SEGMENT


def test_it_names_sum_and_payee_and_warns_in_the_payment_code() -> None:
    text = payment_text()

    assert "Код 123456" in text
    assert "12 970,24 ₽" in text
    assert "Смарт Сервис (ЖКУ)" in text
    assert "Никому не сообщайте код" in text


def test_it_writes_a_plain_space_into_sums() -> None:
    assert NBSP not in payment_text()


def test_it_leaves_quotes_and_ampersands_alone() -> None:
    assert "ООО «Рога & копыта's»" in payment_text(payee="ООО «Рога & копыта's»")


@pytest.mark.parametrize(
    "payee, written",
    [
        ("ТСЖ 654321", "ТСЖ …321"),
        ("ТСЖ 1234567890", "ТСЖ …890"),
        ("Дом 2024", "Дом 2024"),
        ("ТСЖ 12345", "ТСЖ 12345"),
        ("a654321b123456", "a…321b…456"),
        ("ТСЖ ６５４３２１", "ТСЖ …３２１"),
        ("Две\nстроки\tи 1", "Две строки и 1"),
    ],
)
def test_it_folds_numbers_of_the_payee_that_look_like_a_code(payee: str, written: str) -> None:
    assert f"₽: {written}. " in payment_text(payee=payee)


def test_it_cuts_a_long_payee_and_nothing_else() -> None:
    text = payment_text(payee="Товарищество собственников «Северное» " * 5)

    assert len(text) == texts.SMS_LIMIT
    assert "12 970,24 ₽: Товарищество" in text
    assert text.endswith("Никому не сообщайте код, даже сотрудникам.")


@given(code=codes, amount=kopecks, payee=payees)
@example(code="000000", amount=1, payee="")
@example(code="123456", amount=123_456, payee="123456")
@example(code="654321", amount=10**13, payee="1" * 200)
@example(code="123456", amount=99_999_999, payee="я" * 29 + "1234567" + "я" * 60)
def test_it_holds_one_code_and_the_whole_sum_whatever_the_payee(code: str, amount: int, payee: str) -> None:
    text = payment_text(code=code, amount=roubles(amount), payee=payee)

    assert runs(text, 6) == [code]
    assert roubles(amount).replace(NBSP, " ") in text
    assert len(text) <= texts.SMS_LIMIT
    assert "Никому не сообщайте код" in text


def test_the_property_bites_when_numbers_are_not_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "without_lookalikes", lambda text, code: text)

    text = payment_text(payee="ТСЖ 654321")

    assert runs(text, 6) == ["123456", "654321"]


def test_folding_before_cutting_matters() -> None:
    folded = texts.without_lookalikes("ТСЖ 1234567", code="123456")

    assert folded == "ТСЖ …567"
    assert texts.without_lookalikes("ТСЖ 1234567", code="") == "ТСЖ 1234567"


def test_it_refuses_an_sms_that_cannot_be_made_to_fit() -> None:
    with pytest.raises(texts.TooLong):
        payment_text(amount="1" * texts.SMS_LIMIT)


def test_it_refuses_to_cut_where_nothing_may_give_way() -> None:
    kind = MessageKind(ACTIVATION_CODE.name, Channel.SMS, is_secret=True)

    with pytest.raises(texts.TooLong):
        texts.sms(kind, {"code": "1" * texts.SMS_LIMIT})


def test_it_writes_a_letter_with_subject_and_body(letter_templates: None) -> None:
    kind = MessageKind("letter", Channel.EMAIL, is_secret=False)

    subject, body = texts.letter(kind, {"payee": "Рога & копыта", "amount": "1,00 ₽"})

    assert subject == "Квитанция «Рога & копыта»"
    assert body == "Здравствуйте!\n\nОплачено: 1,00 ₽.\n"


def test_every_kind_has_its_words_and_a_name_of_its_own() -> None:
    values = {"code": "123456", "amount": "1,00 ₽", "payee": "А", "moment": "20.11 в 12:00", "what": "Показ паспорта"}
    values |= {"phone": "8 800 100-39-00", "device": "Firefox, Windows", "number": "10001", "text": "Вернули"}
    values |= {"contact_centre": "8 800 100-39-00", "link": "https://portal/email/token/"}
    values |= {"changes": "счета по SMS – нет", "status": "выполнена", "check_address": "https://portal/check/"}
    values |= {"changes": "счета по SMS – нет", "title": "Центральная 5-1", "kopecks": 1297024, "due": "10.07"}
    values |= {"subject": "Новости", "provider": "ЖКУ", "rows": "12", "fee": "0,00 ₽"}
    values |= {"bill": 46655, "base": "https://portal", "headline": "Спасибо! Ваш перевод принят"}
    values |= {
        "card": "VISA (***0551)",
        "day": "30.11.2028",
        "limit": "15 000,00 ₽",
        "why": "сумма больше Вашего предела",
    }

    written = {
        kind.name: texts.sms(kind, values) if kind.channel is Channel.SMS else "".join(texts.letter(kind, values))
        for kind in ALL
    }

    assert len(written) == len(ALL)
    assert all(written.values())


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind.name.endswith("_code")])
def test_every_code_is_the_only_number_of_its_length(kind: MessageKind) -> None:
    values = {
        "code": "482137",
        "amount": "1,00 ₽",
        "payee": "А",
        "what": "Показ паспорта",
        "device": "Firefox, Windows",
        "limit": "15 000,00 ₽",
    }
    text = texts.sms(kind, values | {"link": "https://portal/s/token"})

    assert runs(text, 6) == ["482137"]
    assert "сообщайте" in text
