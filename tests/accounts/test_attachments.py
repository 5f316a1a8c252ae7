"""A sent file: its type by content, its name without tricks."""

import pytest

from accounts import attachments
from accounts.attachments import WrongFile, read
from tests.accounts.feedback_steps import PDF, PNG


@pytest.mark.parametrize(
    ("content", "content_type", "ending"),
    [
        (PDF, "application/pdf", ".pdf"),
        (PNG, "image/png", ".png"),
        (b"\xff\xd8\xff\xe0" + b"0" * 20, "image/jpeg", ".jpg"),
        (b"\x00\x00\x00\x18ftypheic" + b"0" * 20, "image/heic", ".heic"),
    ],
)
def test_the_content_says_what_it_is(content, content_type, ending):
    kept = read(name="чек.exe", content=content)

    assert (kept.content_type, kept.name) == (content_type, f"чек{ending}")


@pytest.mark.parametrize("content", [b"MZ\x90", b"<svg onload=alert(1)>", b"", b" %PDF-1.7", b"GIF89a", b"PK\x03\x04"])
def test_other_kinds_are_refused(content):
    with pytest.raises(WrongFile, match="Можно приложить"):
        read(name="чек.pdf", content=content)


def test_five_megabytes_pass_and_one_byte_more_does_not():
    read(name="чек.pdf", content=PDF.ljust(attachments.MAX_BYTES, b"0"))

    with pytest.raises(WrongFile, match="больше 5 МБ"):
        read(name="чек.pdf", content=PDF.ljust(attachments.MAX_BYTES + 1, b"0"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\чек.pdf", "чек.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "abSet-Cookie x.pdf"),
        ("...", "файл.pdf"),
        ("", "файл.pdf"),
        ("\u202egpj.exe", "gpj.pdf"),
        ("д" * 300, "д" * 96 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name, kept):
    assert read(name=name, content=PDF).name == kept
