"""The bank's pages for browsers: plain HTML with every value escaped, working without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from smartservice.sandbox import cards, challenge, hosted
from smartservice.sandbox.challenge import Challenged

FOLDER = Path(__file__).parent / "pages"
FILES = {"/style.css": "text/css; charset=utf-8", "/return.js": "text/javascript; charset=utf-8"}
ISSUER = "Банк-эмитент (песочница)"
ACQUIRER = "Банк-эквайер (песочница)"
OUTCOMES = {
    "CONFIRMED": "Оплата прошла.",
    "AUTHORIZED": "Оплата прошла.",
    "COMPLETED": "Карта привязана.",
    "REJECTED": "Банк отказал. Деньги не списаны.",
    "CANCELED": "Магазин отменил этот заказ. Деньги не списаны.",
    "DEADLINE_EXPIRED": "Время на оплату истекло. Деньги не списаны.",
}
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Page:
    """A page and where its forms may lead."""

    html: str
    form_target: str = "'self'"
    status: int = 200


def index() -> Page:
    """What this is, and the cards to try."""
    rows = "\n".join(
        f"<tr><td><code>{_grouped(pan)}</code></td><td>{escape(card.title)}</td></tr>"
        for pan, card in cards.TEST_CARDS.items()
    )
    body = _filled("index.html", {"password": challenge.PASSWORD}, rows=rows)
    return Page(_laid_out("Банк-песочница", ACQUIRER, body))


def password(payment: Challenged, *, shop: str, problem: str = "") -> Page:
    """The issuer's question; `problem` is what was wrong with the last answer."""
    error = f'<p class="error" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    values = {
        "shop": shop,
        "description": payment.description or "–",
        "amount": roubles(payment.amount),
        "card": payment.pan,
        "challenge": payment.acs_id,
        "password": challenge.PASSWORD,
        "described": "hint problem" if problem else "hint",
    }
    body = _filled("password.html", values, problem=error, invalid='aria-invalid="true"' if problem else "")
    return Page(_laid_out("Подтверждение оплаты", ISSUER, body))


def way_back(payment: Challenged) -> Page:
    """The issuer's answer on its way to the merchant: by itself with JavaScript, by a button without."""
    passed = payment.acs_result == "Y"
    words = "Пароль верный. Возвращаем вас в магазин." if passed else "Оплата не подтверждена. Вернитесь в магазин."
    body = _filled("return.html", {"words": words, "address": payment.acs_url}, fields=_hidden(payment))
    script = '<script src="/return.js" defer></script>'
    title = "Оплата подтверждена" if passed else "Оплата не подтверждена"
    parts = urlsplit(payment.acs_url)
    return Page(_laid_out(title, ISSUER, body, head=script), form_target=f"{parts.scheme}://{parts.netloc}")


def card_form(opened: Challenged, choices: list[tuple[str, str]], *, shop: str, back: str, problem: str = "") -> Page:
    """The bank's own form: a kept card and its code, or a new card; what was typed is not repeated."""
    radios = "".join(
        f'<p><label><input type="radio" name="card" value="{escape(number)}"{" checked" if not place else ""}> '
        f"{escape(mask)}</label></p>"
        for place, (number, mask) in enumerate([*choices, (hosted.NEW_CARD, "Новая карта")] if choices else [])
    )
    values = {
        "shop": shop,
        "description": opened.description or "–",
        "amount": roubles(opened.amount),
        "way_back": back,
        "press": "Оплатить" if opened.amount else "Привязать карту",
    }
    error = f'<p class="error" role="alert">{escape(problem)}</p>' if problem else ""
    body = _filled("card_form.html", values, problem=error, choices=radios)
    return Page(_laid_out("Оплата картой" if opened.amount else "Привязка карты", ACQUIRER, body))


def outcome(opened: Challenged, *, way_back: str) -> Page:
    """What became of the card on the bank's own page; the shop asks the bank itself and believes no browser."""
    words = OUTCOMES.get(opened.status, "Банк ещё решает. Вернитесь в магазин: он узнает ответ сам.")
    return Page(_laid_out("Ответ банка", ACQUIRER, _filled("outcome.html", {"words": words, "way_back": way_back})))


def problem(words: str, status: int = 400) -> Page:
    """The browser came with something that the bank does not know."""
    return Page(_laid_out("Ничего не получилось", ISSUER, _filled("problem.html", {"words": words})), status=status)


def method() -> Page:
    """The 3DS Method of the issuer, which looks at a browser: the sandbox's learns nothing."""
    return Page(_laid_out("3DS Method", ISSUER, _filled("method.html", {})))


def roubles(kopecks: int) -> str:
    """«12 970,24 ₽» with spaces that do not break."""
    return f"{kopecks // 100:,}".replace(",", NBSP) + f",{kopecks % 100:02}{NBSP}₽"


def _hidden(payment: Challenged) -> str:
    fields = challenge.answer_fields(payment).items()
    return "\n".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields)


def _grouped(pan: str) -> str:
    return " ".join(pan[start : start + 4] for start in range(0, len(pan), 4))


def _filled(name: str, values: Mapping[str, str], **markup: str) -> str:
    escaped = {key: escape(value) for key, value in values.items()}
    return _template(name).substitute(escaped | markup)


def _laid_out(title: str, bank: str, body: str, head: str = "") -> str:
    return _filled("layout.html", {"title": title, "bank": bank}, body=body, head=head)


def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text(encoding="utf-8"))
