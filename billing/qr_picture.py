"""The payment code in a picture of a paper bill. The picture is looked at and forgotten."""

from typing import IO

import zxingcpp
from PIL import Image

LARGEST_FILE = 8 * 1024 * 1024
# A photograph of the best phones; more is a bomb that unpacks into gigabytes.
MOST_PIXELS = 36_000_000
# A code on a photographed sheet is read at this size; JPEG is unpacked no larger than need be.
ENOUGH = (3000, 3000)
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
FORMATS = ("JPEG", "PNG", "WEBP")


class BadPicture(Exception):
    """No code can be had from the file; the words say why and what to do."""


def read(file: IO[bytes], *, size: int) -> bytes:
    """The bytes of the one payment code in the picture. Raises BadPicture."""
    if size > LARGEST_FILE:
        raise BadPicture(f"Файл больше {LARGEST_FILE // 1024 // 1024} МБ. Выберите картинку поменьше")
    codes = {code.bytes for code in zxingcpp.read_barcodes(_grey(file), formats=QR)}
    if not codes:
        raise BadPicture("На картинке не нашлось QR-кода. Сфотографируйте его крупнее и ровнее")
    payment = [code for code in codes if code.lstrip().startswith(b"ST0001")]
    if len(payment) != 1:
        which = "несколько платёжных кодов" if payment else "код, но не платёжный"
        raise BadPicture(f"На картинке {which}. Сфотографируйте один код, по которому платят")
    return payment[0]


def _grey(file: IO[bytes]) -> Image.Image:
    try:
        picture = Image.open(file, formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise BadPicture("В картинке слишком много точек. Выберите картинку поменьше")
        picture.draft("L", ENOUGH)
        return picture.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        # SyntaxError is how Pillow says that a PNG is broken.
        raise BadPicture("Это не картинка JPEG, PNG или WebP, или файл испорчен") from None
