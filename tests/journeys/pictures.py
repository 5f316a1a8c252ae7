"""Takes pictures of a fresh portal: `python -m tests.journeys.pictures FOLDER [--all]`.

Without `--all` it takes the three of the README; with it every page of the main job, wide and narrow, light and dark.
"""

import argparse
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.journeys import steps
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

# With the demo account; as the portal is fresh, somebody who is not its resident.
PERSON = Person(phone="+79265554433", account="1234567890")
README = {"bills-all-1280-light", "detail-1280-light", "check-390-light"}


@dataclass
class Album:
    """Where pictures go; `wanted` is None for all of them."""

    folder: Path
    wanted: set[str] | None
    scheme: Literal["light", "dark"]
    names: list[str] = field(default_factory=list)

    def take(self, visitor: Visitor, page: str) -> None:
        name = f"{page}-{visitor.screen.width}-{self.scheme}"
        if self.wanted is None or name in self.wanted:
            visitor.page.screenshot(path=self.folder / f"{name}.png", full_page=self.wanted is None)
            self.names.append(name)


def walk(visitor: Visitor, album: Album) -> None:
    """The main job, a picture at each page."""
    visitor.open("/")
    album.take(visitor, "home-visitor")
    visitor.follow_menu("Регистрация")
    album.take(visitor, "registration")
    visitor.press("Зарегистрироваться")
    album.take(visitor, "registration-errors")
    steps.fill_registration(visitor)
    visitor.press("Зарегистрироваться")
    album.take(visitor, "registration-confirm")
    visitor.fill("Введите код", visitor.next_code(digits=4))
    visitor.press("Подтвердить")
    album.take(visitor, "registration-done")
    visitor.follow("Добавить лицевой счёт с квитанции")
    album.take(visitor, "account-provider")
    visitor.follow(steps.PROVIDER)
    visitor.fill("Номер лицевого счёта", visitor.person.account)
    album.take(visitor, "account-number")
    visitor.press("Далее")
    visitor.fill("Название лицевого счёта", "Центральная 5-1")
    album.take(visitor, "account-title")
    visitor.press("Добавить")
    album.take(visitor, "accounts")
    pay(visitor, album)
    visitor.open("/")
    album.take(visitor, "home")
    visitor.follow("показать все")
    album.take(visitor, "provider-list")
    visitor.follow("Городские электросети")
    visitor.fill("Номер лицевого счёта", "12345-678-90")
    album.take(visitor, "pay-account")
    visitor.press("Далее")
    album.take(visitor, "pay-sum")
    for path, page in (("/agreement/", "agreement"), ("/sandbox/phone/", "phone"), ("/nowhere/", "not-found")):
        visitor.page.goto(visitor.stack.url + path)
        album.take(visitor, page)


def pay(visitor: Visitor, album: Album) -> None:
    """From the list of bills to the receipt."""
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    album.take(visitor, "bills")
    steps.open_bill(visitor)
    album.take(visitor, "charges")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITH_BANK_PASSWORD)
    album.take(visitor, "card")
    visitor.press("Далее")
    album.take(visitor, "check")
    visitor.press("Оплатить")
    album.take(visitor, "password")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    album.take(visitor, "challenge")
    visitor.press("Перейти на страницу банка")
    album.take(visitor, "bank")
    steps.answer_the_bank(visitor)
    visitor.sees("выполнена")
    album.take(visitor, "detail")
    visitor.follow("Версия для печати")
    album.take(visitor, "receipt")
    visitor.follow_menu("История операций" if visitor.screen.width > 600 else "История")
    album.take(visitor, "history")
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    visitor.follow("Все")
    album.take(visitor, "bills-all")


def shoot(browser: Browser, folder: Path, *, everything: bool) -> list[str]:
    """Every wanted picture, each walk on a portal of its own; returns their names."""
    names: list[str] = []
    for number, (width, scheme) in enumerate(((1280, "light"), (390, "light"), (1280, "dark"), (390, "dark"))):
        if scheme == "dark" and not everything:
            continue
        with tempfile.TemporaryDirectory() as data:
            stack = Stack(Path(data), number=number)
            screen = Screen(width)
            context = browser.new_context(
                viewport={"width": screen.width, "height": screen.height},
                locale="ru-RU",
                timezone_id="Europe/Moscow",
                color_scheme="dark" if scheme == "dark" else "light",
            )
            album = Album(folder, None if everything else README, "dark" if scheme == "dark" else "light")
            walk(Visitor(context.new_page(), stack, screen, PERSON), album)
            names += album.names
            context.close()
            stack.stop()
    return names


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        language = ["--lang=ru-RU"]
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=language + chromium.arguments())
        names = shoot(browser, arguments.folder, everything=arguments.all)
    print(f"{len(names)} pictures in {arguments.folder}")


if __name__ == "__main__":
    main()
