"""«Личные данные» from end to end: told, confirmed by a one-time password, covered, shown, replaced, deleted."""

import pytest

from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SCREENS = [Screen(1280), Screen(390, javascript=False)]


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_a_resident_tells_of_himself(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.follow_menu("Настройки")
    visitor.sees("Личные данные", "О себе", "Документы", "Связь", "Кодовое слово: Задано")

    tell(visitor)
    show_the_passport(visitor)
    replace_the_code_word(visitor)
    delete_the_inn(visitor)


def confirm(visitor: Visitor) -> None:
    """The one-time password."""
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")


def tell(visitor: Visitor) -> None:
    """A mistake first, then everything right."""
    visitor.fill("Отчество", "Сергеевна")
    visitor.fill("Серия паспорта", "4511")
    visitor.fill("Номер паспорта", "123456")
    visitor.fill("ИНН", "500100732258")
    visitor.fill("Домашний телефон", "8 495 123 45 67")
    visitor.press("Сохранить")
    visitor.sees("Проверьте форму", "В ИНН ошибка: проверьте цифры")
    visitor.fill("ИНН", "500100732259")
    visitor.press_enter("ИНН")
    visitor.sees("Подтвердите действие", "Сергеевна", "****56", "********2259", "8 (495) 123-45-67")
    confirm(visitor)
    visitor.sees("Личные данные сохранены.", "Паспорт: **** ****56", "ИНН: ********2259")


def show_the_passport(visitor: Visitor) -> None:
    """In clear on one page only."""
    visitor.press("Показать паспорт")
    visitor.sees("Показ паспорта")
    visitor.does_not_see("123456")
    confirm(visitor)
    visitor.sees("Паспорт", "4511", "123456", "Покажем один раз")
    visitor.follow("Готово")
    visitor.does_not_see("123456")


def replace_the_code_word(visitor: Visitor) -> None:
    """It is asked for on a page of its own."""
    visitor.follow("Изменить кодовое слово")
    visitor.does_not_see("Смородина")
    visitor.fill("Кодовое слово", "Чёрный кот")
    visitor.press("Далее")
    visitor.sees("Изменение кодового слова", "новое")
    confirm(visitor)
    visitor.sees("Личные данные сохранены.")


def delete_the_inn(visitor: Visitor) -> None:
    """The other documents stay."""
    visitor.press("Удалить ИНН")
    visitor.sees("Удаление ИНН")
    confirm(visitor)
    visitor.sees("Личные данные сохранены.", "Паспорт: **** ****56")
    visitor.does_not_see("********2259")
