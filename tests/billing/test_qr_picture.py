"""The code in a picture: what is found, and what is refused before it can hurt."""

import io
import struct
import zlib

import pytest
from PIL import Image

from billing import qr_picture
from billing.qr_picture import BadPicture
from tests.billing.codes import code, png


def read(file: io.BytesIO, size: int = 1) -> bytes:
    return qr_picture.read(file, size=size)


def refusal(content: bytes, size: int = 1) -> str:
    with pytest.raises(BadPicture) as refused:
        read(io.BytesIO(content), size)
    return str(refused.value)


def saved(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("rotate", [0, 90, 187])
def test_the_bytes_of_the_code_are_found(kind, rotate):
    assert read(png(code(), kind=kind, rotate=rotate)) == code().encode()


def test_another_code_beside_it_does_no_harm():
    assert read(png("https://example.org", code())) == code().encode()


def test_the_same_code_twice_is_one():
    assert read(png(code(), code())) == code().encode()


def test_two_payment_codes_are_one_too_many():
    assert "несколько платёжных кодов" in refusal(png(code(), code(Sum="5")).getvalue())


def test_a_code_of_something_else_is_named():
    assert "не платёжный" in refusal(png("https://example.org").getvalue())


def test_an_empty_sheet_has_no_code():
    assert "не нашлось QR-кода" in refusal(saved(Image.new("L", (300, 300), "white"), "PNG"))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_what_is_no_picture_is_refused(content):
    assert "не картинка" in refusal(content)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_formats_are_not_even_opened(kind):
    assert "не картинка" in refusal(saved(Image.new("RGB", (30, 30)), kind))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_in_the_middle_is_refused_and_not_a_crash(kind):
    content = png(code(), kind=kind).getvalue()

    assert refusal(content[: len(content) // 2])


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [7_000, 10_000, 60_000])
def test_a_bomb_is_refused_by_its_size_before_it_is_unpacked(side, monkeypatch):
    monkeypatch.setattr(Image.Image, "convert", lambda *_: pytest.fail("it was unpacked"))

    assert refusal(bomb(side, side))


def test_a_file_too_large_is_refused_unread():
    class Unread(io.BytesIO):
        def read(self, *_):
            pytest.fail("it was read")

    with pytest.raises(BadPicture, match="больше 8 МБ"):
        qr_picture.read(Unread(), size=qr_picture.LARGEST_FILE + 1)
