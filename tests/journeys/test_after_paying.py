"""After a payment: found in the history, kept as a template, confirmed by its code, and not made twice by accident."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PART, REST = "1 000,00", "11 970,24"


@pytest.mark.parametrize("screen", [Screen(1280), Screen(390, javascript=False)], ids=str)
def test_what_was_paid_is_found_kept_and_confirmed(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    pay_a_part(visitor)
    keep_as_template(visitor)
    check_the_code(visitor)
    look_for_it(visitor)
    take_a_statement(visitor)

    visitor.open("/templates/")
    visitor.follow("Оплатить")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", "Часть этого счёта уже оплачена", f"Вы заплатили {PART}", REST)
    visitor.press("Оплатить")

    visitor.sees("Часть этого счёта уже оплачена", "По этой операции деньги пока не списаны", "Доплатить")
    visitor.follow("Не платить")
    visitor.sees("История операций")
    assert [charge["amount"] for charge in visitor.stack.charges()] == [100_000]


def pay_a_part(visitor: Visitor) -> None:
    """A thousand of the bill."""
    steps.open_bill(visitor)
    visitor.fill("Сумма к оплате, руб.", "1000")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Далее")
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    visitor.sees("Детали операции", "выполнена", PART, "Путь платежа", "Списан банком")


def keep_as_template(visitor: Visitor) -> None:
    """«Сохранить как шаблон»: the list offers what is still due."""
    visitor.follow("Сохранить как шаблон")
    visitor.fill("Название шаблона", "Квартплата")
    visitor.press("Сохранить")
    visitor.sees("Шаблоны операций", "Квартплата", visitor.person.account, REST, "за июнь 2017")


def look_for_it(visitor: Visitor) -> None:
    """The history under a filter that finds it and one that does not."""
    visitor.open("/payments/")
    visitor.main.get_by_label("Статус", exact=True).select_option(label="выполнена")
    visitor.press("Показать")
    visitor.sees(steps.PROVIDER, PART, "МИР (***7761)")
    visitor.main.get_by_label("Статус", exact=True).select_option(label="возвращена")
    visitor.press("Показать")
    visitor.sees("Таких операций нет")


def check_the_code(visitor: Visitor) -> None:
    """The code of the receipt, typed on the page that is open to anybody."""
    visitor.open("/payments/")
    visitor.follow("Детали")
    visitor.follow("Версия для печати")
    found = re.search(r"[BCHKMPTX]\d{3}(-[BCHKMPTX]\d{3}){3}", visitor.main.inner_text())
    assert found
    visitor.open("/document-check/")
    visitor.fill("Код проверки", found[0].lower())
    visitor.press("Проверить")
    visitor.sees("Это квитанция Смарт Сервиса", PART, "выполнена")
    visitor.does_not_see(visitor.person.account, visitor.person.last_name)


def take_a_statement(visitor: Visitor) -> None:
    """«Скачать справку»: one press and the paper is there."""
    visitor.open("/payments/")
    visitor.follow("Скачать справку")
    with visitor.page.expect_download() as download:
        visitor.main.get_by_role("button", name="Скачать справку").click()
    text = PdfReader(io.BytesIO(download.value.path().read_bytes())).pages[0].extract_text()
    assert PART in text.replace("\u00a0", " ")
