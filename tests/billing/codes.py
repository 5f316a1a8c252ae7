"""Payment codes for the tests, and pictures of them."""

import io

import segno
from PIL import Image

from billing.models import Provider
from tests.billing.make import make_provider

REQUISITES = {
    "Name": "ООО «СМАРТ СЕРВИС»",
    "PersonalAcc": "40702810938000000001",
    "BankName": "ПАО Сбербанк",
    "BIC": "044525225",
    "CorrespAcc": "30101810400000000225",
    "PayeeINN": "7700001450",
    "KPP": "770001001",
}
FIELDS = REQUISITES | {"PersAcc": "1234567890", "PaymPeriod": "062017", "Sum": "1297024", "TechCode": "02"}


def code(separator: str = "|", digit: str = "2", **changes: str) -> str:
    """A code of the manual's provider as text; an empty value leaves its field out."""
    fields = {**FIELDS, **changes}
    return f"ST0001{digit}{separator}" + separator.join(f"{key}={value}" for key, value in fields.items() if value)


def with_requisites(code: str = "smart-zhku", **fields: str) -> Provider:
    """The provider whose requisites these are."""
    own = {
        "recipient_name": REQUISITES["Name"],
        "settlement_account": REQUISITES["PersonalAcc"],
        "bank_name": REQUISITES["BankName"],
        "bic": REQUISITES["BIC"],
        "correspondent_account": REQUISITES["CorrespAcc"],
        "inn": REQUISITES["PayeeINN"],
        "kpp": REQUISITES["KPP"],
    }
    return make_provider(code, **{**own, **fields})


def png(*codes: bytes | str, scale: int = 4, rotate: float = 0, kind: str = "PNG") -> io.BytesIO:
    """A picture with these codes beside each other."""
    pictures = []
    for one in codes:
        data = one.encode() if isinstance(one, str) else one
        file = io.BytesIO()
        segno.make_qr(data, mode="byte", error="m").save(file, kind="png", scale=scale, border=6)
        pictures.append(Image.open(file).convert("RGB"))
    width, height = sum(one.width for one in pictures), max(one.height for one in pictures)
    sheet = Image.new("RGB", (width, height), "white")
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width
    file = io.BytesIO()
    sheet.rotate(rotate, expand=True, fillcolor="white").save(file, kind)
    file.seek(0)
    return file
