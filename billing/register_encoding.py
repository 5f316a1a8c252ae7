"""In which encoding a provider's file is: UTF-8, or that of the old Russian three which reads most like Russian."""

import re
from codecs import BOM_UTF8
from collections import Counter

ENCODINGS = ("utf-8", "cp1251", "koi8-r", "cp866")
NAMES = {"utf-8": "UTF-8", "cp1251": "Windows-1251", "koi8-r": "KOI8-R", "cp866": "CP866"}
SAMPLE = 65_536
# How often a letter stands in Russian text, per thousand; what is no letter speaks against a guess.
_LETTERS = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_TIMES = [110, 84, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20]
_TIMES += [19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5, 4, 3, 3, 1, 1]
_FREQUENCY = dict(zip(_LETTERS, _TIMES, strict=True))
_FOREIGN = -60
_USUAL_SIGNS = "«»№–—…°²³\u00a0"
_TURNED_CASE = re.compile("[а-яё][А-ЯЁ]")
_TURNED = -120


def of(data: bytes, *, known_word: str = "") -> str:
    """The encoding by a word that stands in every such file, or by what the beginning of it looks like."""
    if data.startswith(BOM_UTF8):
        return "utf-8"
    if known_word:
        named = [encoding for encoding in ENCODINGS if known_word.encode(encoding) in data]
        if named:
            return named[0]
    sample = data[:SAMPLE]
    return "utf-8" if _is_utf8(sample) else max(ENCODINGS[1:], key=lambda encoding: _likeness(sample, encoding))


def _is_utf8(sample: bytes) -> bool:
    """With few exceptions: a broken byte, or one that the sample's end cut, must not turn all into another alphabet."""
    text = sample.decode("utf-8", errors="replace").rstrip("\ufffd")
    broken = text.count("\ufffd")
    return broken * 10 <= sum(not sign.isascii() for sign in text)


def _likeness(sample: bytes, encoding: str) -> int:
    text = sample.decode(encoding, errors="replace")
    signs = Counter(sign for sign in text.lower() if not sign.isascii() and sign not in _USUAL_SIGNS)
    letters = sum(number * _FREQUENCY.get(sign, _FOREIGN) for sign, number in signs.items())
    return letters + len(_TURNED_CASE.findall(text)) * _TURNED
