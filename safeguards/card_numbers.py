"""Card numbers inside what people type: no card number is kept, so each is masked before anything keeps the text."""

import re
from collections.abc import Iterator

SHORTEST, LONGEST = 13, 19
FIRST_DIGITS = "23456"
# So long are УИН and bank accounts, which people write in equal groups as well.
LENGTHS_OF_OTHERS = (20, 25)
GROUPS_OF_CARDS = (4, 6, 8)
# Dashes, dots and strokes, and what nobody sees: soft hyphens, joiners, marks of direction.
_BETWEEN = (
    r"\s\-./\\_|~·"
    "\u2010-\u2015\u2043\u2044\u2212\u2215\u2219\u22c5\ufe58\ufe63\uff0d\uff0e\uff0f\uff3f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0"
)
# A dot before a space ends a sentence: what follows is another number.
_RUN = re.compile(rf"[0-9](?:(?:(?!\.\s)[{_BETWEEN}]){{0,3}}[0-9])*")
# The time in the name of a photograph, and ИНН/КПП: of groups that a card might have.
_OTHER = re.compile(
    "20[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9] [0-2][0-9][0-5][0-9][0-5][0-9]|[0-9]{10} [0-9]{9}$",
)
_GROUP = re.compile("[0-9]+")


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the control digit of the others (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def are_in(text: str) -> bool:
    """Whether a card number stands in the text."""
    return any(_places(run[0]) for run in _RUN.finditer(text))


def masked(text: str) -> str:
    """The text with «•••• 7761» in place of each card number, which never makes it longer."""
    return _RUN.sub(lambda run: _masked(run[0]), text)


def _masked(run: str) -> str:
    for start, end in reversed(_places(run)):
        run = f"{run[:start]}•••• {''.join(_GROUP.findall(run[start:end]))[-4:]}{run[end:]}"
    return run


def _places(run: str) -> list[tuple[int, int]]:
    """Where cards begin and end in a run of digits; a term, a CVV or another number may stand beside them."""
    groups = list(_GROUP.finditer(run))
    sizes = [len(group[0]) for group in groups]
    if sum(sizes) in LENGTHS_OF_OTHERS and len(set(sizes)) == 1:
        return []
    places: list[tuple[int, int]] = []
    for start, end in _windows(len(groups)):
        begins = groups[start].start()
        if (not places or begins >= places[-1][1]) and _is_card([group[0] for group in groups[start:end]]):
            places.append((begins, groups[end - 1].end()))
    return places


def _windows(groups: int) -> Iterator[tuple[int, int]]:
    """Neighbouring groups, the longest first."""
    for start in range(groups):
        yield from ((start, end) for end in range(min(groups, start + LONGEST), start, -1))


def _is_card(groups: list[str]) -> bool:
    digits = "".join(groups)
    return (
        SHORTEST <= len(digits) <= LONGEST
        and digits[0] in FIRST_DIGITS
        and not _OTHER.match(" ".join(groups))
        and _are_grouped([len(group) for group in groups])
        and is_luhn(digits)
    )


def _are_grouped(sizes: list[int]) -> bool:
    """As on a card, or all alike: neither a phone nor a date is written so."""
    *others, last = sizes
    if not others:
        return True
    as_on_a_card = sizes[0] in GROUPS_OF_CARDS and min(others) >= min(GROUPS_OF_CARDS)
    return as_on_a_card or (len(set(others)) == 1 and last <= sizes[0])
