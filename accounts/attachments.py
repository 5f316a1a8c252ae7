"""A file that a person sends: what it really is says its content, not its name."""

from dataclasses import dataclass, field
from pathlib import PurePath

from accounts.models import MAX_FILE_NAME_LENGTH
from safeguards import card_numbers

MAX_BYTES = 5 * 1024 * 1024
UNNAMED = "файл"
# ISO media: the brand of a photograph by an iPhone stands after the length of its first box.
HEIC_BRANDS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1")


class WrongFile(Exception):
    """Why it is not taken, in words for the field."""


@dataclass(frozen=True)
class Attachment:
    """A file that may be kept; its name ends as its content asks."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


def read(*, name: str, content: bytes) -> Attachment:
    """The file with a name and a type that can be trusted; raises WrongFile."""
    if len(content) > MAX_BYTES:
        raise WrongFile("Файл больше 5 МБ. Выберите файл поменьше")
    found = _kind_of(content)
    if found is None:
        raise WrongFile("Можно приложить фотографию (JPEG, PNG, HEIC) или документ PDF")
    content_type, ending = found
    return Attachment(_safe_name(name, ending), content_type, content)


def _kind_of(content: bytes) -> tuple[str, str] | None:
    if content.startswith(b"%PDF-"):
        return "application/pdf", ".pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg", ".jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png", ".png"
    if content[4:12] in HEIC_BRANDS:
        return "image/heic", ".heic"
    return None


def _safe_name(name: str, ending: str) -> str:
    stem = card_numbers.masked(PurePath(name.replace("\\", "/")).stem)
    stem = "".join(sign for sign in stem if sign.isalnum() or sign in " -_.")
    return (stem.strip(" .")[: MAX_FILE_NAME_LENGTH - len(ending)] or UNNAMED) + ending
