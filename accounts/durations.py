"""How long somebody has to wait, in words."""

from datetime import timedelta

UNITS = (
    (3600, "час", "часа", "часов"),
    (60, "минуту", "минуты", "минут"),
    (1, "секунду", "секунды", "секунд"),
)
# «Через 90 секунд» reads better than «через 2 минуты» and is still short.
KEPT_SMALL = 2
# Longer waits are no matter for a counter of seconds.
COUNTED = timedelta(seconds=120)


def in_words(length: timedelta) -> str:
    """«42 секунды», «30 минут», «5 часов»: rounded up, so that nobody comes back too early."""
    seconds = max(1, -int(-length.total_seconds() // 1))
    for size, one, few, many in UNITS:
        number = -(-seconds // size)
        if number >= KEPT_SMALL or size == 1:
            return f"{number} {_word(number, one, few, many)}"
    raise AssertionError


def _word(number: int, one: str, few: str, many: str) -> str:
    if number % 10 == 1 and number % 100 != 11:
        return one
    return few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many
