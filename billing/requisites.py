"""Where a provider is paid: how its requisites are spelled, and what their check digits say. Knows no database."""

import re

from accounts.documents import INN_WEIGHTS

# Of the ten digits of a company: a person's second row without its first two.
COMPANYS_WEIGHTS = (INN_WEIGHTS[1][2:],)
KEY_WEIGHTS = (7, 1, 3) * 8
# How the BIC of the Bank of Russia's own offices ends.
BANK_OF_RUSSIA = ("000", "001", "002")
# Accounts of the treasury begin so; their key has another rule.
TREASURY = "0"


def mistakes(*, inn: str, kpp: str, bic: str, settlement_account: str, correspondent_account: str) -> dict[str, str]:
    """What is wrong, in words for the field, by its name; an empty one is not."""
    found = {
        "inn": inn and _of_inn(inn),
        "kpp": kpp and _of_kpp(kpp),
        "bic": bic and _of_bic(bic),
        "settlement_account": settlement_account and _of_settlement_account(settlement_account, bic),
        "correspondent_account": correspondent_account and _of_account(correspondent_account, bic, _of_office(bic)),
    }
    return {name: words for name, words in found.items() if words}


def _of_inn(inn: str) -> str:
    if not re.fullmatch("[0-9]{10}|[0-9]{12}", inn):
        return "ИНН состоит из 10 цифр у организации и из 12 у предпринимателя"
    rows = COMPANYS_WEIGHTS if len(inn) == 10 else INN_WEIGHTS
    check = "".join(str(_sum(inn, weights) % 11 % 10) for weights in rows)
    return "" if int(inn) and inn.endswith(check) else "В ИНН ошибка: проверьте цифры"


def _of_kpp(kpp: str) -> str:
    return "" if re.fullmatch("[0-9]{4}[0-9A-Z]{2}[0-9]{3}", kpp) else "КПП состоит из 9 знаков, например 770001001"


def _of_bic(bic: str) -> str:
    return "" if re.fullmatch("0[0-9]{8}", bic) else "БИК состоит из 9 цифр, первая из них – 0"


def _of_settlement_account(account: str, bic: str) -> str:
    return _of_account(account, bic, _of_office(bic) if bic.endswith(BANK_OF_RUSSIA) else bic[-3:])


def _of_account(account: str, bic: str, bank: str) -> str:
    """By its key, which binds it to the bank: three digits that stand for it, then the account."""
    if not re.fullmatch("[0-9]{20}", account):
        return "Счёт состоит из 20 цифр"
    if not bic or _of_bic(bic) or account.startswith(TREASURY):
        return ""
    fits = _sum(bank + account, KEY_WEIGHTS) % 10 == 0
    return "" if fits else "Счёт не подходит к БИК: проверьте цифры того и другого"


def _of_office(bic: str) -> str:
    return f"0{bic[4:6]}"


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
