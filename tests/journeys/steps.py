"""What visitors do more than once, in the words of the screens."""

from tests.journeys.visitor import Visitor

PROVIDER = "Смарт Сервис (ЖКУ)"
TOTAL = "12 970,24"
CHARGES = {
    "Отопление": "3 720,42",
    "Горячее водоснабжение на ИП": "66,06",
    "Подогрев воды для нужд ГВС на ИП": "194,48",
    "Холодное водоснабжение на ИП": "66,06",
    "Водоотведение на ИП": "93,72",
    "Тех.обсл. и содержание жилого дома и прилег.терр.": "5 582,96",
    "Консьержная служба": "779,39",
    "Пропускной режим и обслуживание средств охраны": "833,29",
    "Услуги комендантской службы": "208,05",
    "Электроснабжение на ОДН": "964,81",
    "Холодное водоснабжение на ОДН": "21,56",
    "Электроснабжение по тарифу 1": "152,66",
    "Электроснабжение по тарифу 2": "34,50",
    "Электроснабжение по тарифу 3": "252,28",
}

WITHOUT_PASSWORD = "2200770239097761"
WITH_BANK_PASSWORD = "2201382000000047"
DECLINED = "2201382000000021"


def log_in(visitor: Visitor, *, password: str = "") -> None:
    """The login page; the password is the person's first one unless said otherwise."""
    visitor.open("/login/")
    visitor.fill("Номер мобильного телефона", visitor.person.typed_phone)
    visitor.fill("Пароль", password or visitor.person.password)
    visitor.press("Войти")


def register(visitor: Visitor) -> None:
    """A new resident: the form, the picture, the code of the SMS."""
    visitor.open("/")
    visitor.follow_menu("Регистрация")
    fill_registration(visitor)
    visitor.press("Зарегистрироваться")
    visitor.sees("На Ваш номер выслано SMS с кодом", "У Вас 5 попыток")
    visitor.fill("Введите код", visitor.next_code(digits=4))
    visitor.press("Подтвердить")
    visitor.sees("Добро пожаловать в Ваш Личный кабинет!")


def fill_registration(visitor: Visitor) -> None:
    """Every field of «Регистрация»; the phone as people write it."""
    person = visitor.person
    visitor.fill("Номер мобильного телефона", person.typed_phone)
    visitor.fill("Имя", person.first_name)
    visitor.fill("Фамилия", person.last_name)
    visitor.fill("E-mail", person.email)
    visitor.fill("Кодовое слово", person.code_word)
    visitor.fill("Пароль", person.password)
    visitor.fill("Повторите пароль", person.password)
    visitor.tick("Я согласен с Соглашением")
    visitor.tick("Я даю согласие на обработку")
    read_picture(visitor)


def read_picture(visitor: Visitor) -> None:
    """The code on the picture, as a person reads it off."""
    key = visitor.main.locator("input[name=captcha_0]").input_value()
    visitor.main.locator("input[name=captcha_1]").fill(visitor.stack.captcha_answer(key))


def add_account(visitor: Visitor, *, number: str = "", title: str = "") -> None:
    """From «Регистрация завершена» or «Лицевые счета» to the new row; it is the person's own unless said otherwise."""
    number, title = number or visitor.person.account, title or visitor.person.account_title
    visitor.follow("Добавить лицевой счёт с квитанции")
    visitor.sees("Выберите поставщика услуг", "Я хочу оплатить:")
    visitor.follow(PROVIDER)
    visitor.sees("Смарт Сервис (Жилищно-коммунальные услуги)", "Пример заполнения: 1234567890")
    visitor.fill("Номер лицевого счёта", number)
    visitor.press("Далее")
    visitor.fill("Название лицевого счёта", title)
    visitor.press("Добавить")
    visitor.sees("Лицевые счета", title, number, PROVIDER)


def open_bill(visitor: Visitor) -> None:
    """From anywhere to the charges of the one unpaid bill."""
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    visitor.sees("Выставленный счёт", "05.07.2017", TOTAL, "Не оплачен")
    visitor.sees_at_once(visitor.main.get_by_role("link", name="Оплатить", exact=True).first)
    visitor.follow("Оплатить")
    visitor.sees("Параметры операции", *CHARGES, *CHARGES.values(), TOTAL)


def type_card(visitor: Visitor, *, number: str) -> None:
    """From the charges to the check page."""
    visitor.press("Далее")
    visitor.sees("Выберите способ оплаты", "Введите данные банковской карты")
    fill_card(visitor, number=number)
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", f"МИР (***{number[-4:]})", "Итого", TOTAL, *CHARGES)


def fill_card(visitor: Visitor, *, number: str) -> None:
    """The four fields of a new card."""
    visitor.fill("Номер карты", number)
    visitor.fill("Действительна до", "09/38")
    visitor.fill("Владелец карты", "VETROVA MARIA")
    visitor.fill("CVV/CVC код", "123")


def confirm(visitor: Visitor) -> None:
    """From the check page through the one-time password."""
    visitor.press("Оплатить")
    visitor.sees("Подтвердите оплату", TOTAL)
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")


def answer_the_bank(visitor: Visitor, password: str = "1234") -> None:
    """The bank's own page, at another site; without scripts the way back is a button."""
    page = visitor.page
    assert page.url.startswith(visitor.stack.bank_url)
    page.get_by_label("Пароль из SMS банка").fill(password)
    page.get_by_role("button", name="Подтвердить").click()
    if not visitor.screen.javascript:
        page.get_by_role("button", name="Вернуться в магазин").click()
    page.wait_for_url(f"{visitor.stack.url}/**")
    visitor.look()
