"""The codes that a provider prints on its bills, as it sends them: a file whole or not at all."""

from django.db import transaction

from billing.lookalikes import folded
from billing.models import PersonalAccount, PrintedCode, Provider
from billing.register_text import SPACES, BadLine, Malformed, Mistake, cells, decode, numbered_lines

SHORTEST, LONGEST = 4, 40
BATCH = 2000
FIRST_MISTAKES = 20


def load(*, provider: Provider, data: bytes) -> tuple[int, int]:
    """Take `number;code` lines in; how many codes stand now, and how many numbers are unknown.

    A number that comes again gets the new code. Raises Malformed.
    """
    codes = _read(data)
    numbers, known = list(codes), 0
    with transaction.atomic():
        for start in range(0, len(numbers), BATCH):
            known += _load_batch(provider, {number: codes[number] for number in numbers[start : start + BATCH]})
    return known, len(codes) - known


def _load_batch(provider: Provider, codes: dict[str, str]) -> int:
    accounts = PersonalAccount.objects.filter(provider=provider, number__in=list(codes))
    rows = [PrintedCode(account=account, code=codes[account.number]) for account in accounts]
    PrintedCode.objects.bulk_create(rows, update_conflicts=True, unique_fields=["account"], update_fields=["code"])
    return len(rows)


def _read(data: bytes) -> dict[str, str]:
    codes: dict[str, str] = {}
    mistakes = []
    for line, text in numbered_lines(decode(data)):
        if text.strip(SPACES):
            try:
                number, code = _pair(text, codes)
                codes[number] = code
            except BadLine as error:
                mistakes.append(Mistake(line, error.column, "", str(error)))
    if mistakes:
        raise Malformed(mistakes[:FIRST_MISTAKES])
    return codes


def _pair(text: str, before: dict[str, str]) -> tuple[str, str]:
    number, code = map(folded, [*cells(text), "", ""][:2])
    if not 1 <= len(number) <= LONGEST or number in before:
        raise BadLine(1, "здесь должен стоять лицевой счёт, которого ещё не было")
    if not SHORTEST <= len(code) <= LONGEST:
        raise BadLine(2, f"код должен быть от {SHORTEST} до {LONGEST} знаков")
    return number, code
