"""Card numbers inside free text are masked however people write them; other long numbers stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards import card_numbers
from safeguards.card_numbers import is_luhn, masked

CARD = "2200770239097761"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (CARD, "•••• 7761"),
        ("2200 7702 3909 7761", "•••• 7761"),
        ("2200-7702-3909-7761", "•••• 7761"),
        ("2200\u00a07702\u00a03909\u00a07761", "•••• 7761"),
        ("2200 – 7702 – 3909 – 7761", "•••• 7761"),
        ("2200 7702\n3909 7761", "•••• 7761"),
        ("22 00 77 02 39 09 77 61", "•••• 7761"),
        ("220077 0239097761", "•••• 7761"),
        ("Карта 2200 7702 3909 7761 09/28 не проходит", "Карта •••• 7761 09/28 не проходит"),
        ("2200 7702 3909 7761 123", "•••• 7761 123"),
        ("2200 7702 3909 7761 09 28", "•••• 7761 09 28"),
        (f"2200 7702 3909 7761, {CARD}", "•••• 7761, •••• 7761"),
        ("3782 822463 10005", "•••• 0005"),
        ("Карта 2200.7702.3909.7761. Не проходит", "Карта •••• 7761. Не проходит"),
        ("2200.7702.3909.7761. 20.11.2026", "•••• 7761. 20.11.2026"),
        ("2200 / 7702 / 3909 / 7761", "•••• 7761"),
        ("\u200b".join(CARD), "•••• 7761"),
    ],
)
def test_a_card_number_leaves_its_last_four_digits(typed, kept):
    assert masked(typed) == kept


@pytest.mark.parametrize(
    "between",
    [
        *"./\\_|~·",
        "\u2010",
        "\u2011",
        "\u2012",
        "\u2015",
        "\u2212",
        "\u2215",
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u2060",
        "\ufeff",
    ],
)
def test_a_card_number_is_seen_whatever_stands_between_its_groups(between):
    assert masked(between.join(["2200", "7702", "3909", "7761"])) == "•••• 7761"


@pytest.mark.parametrize(
    "typed",
    [
        "2200770239097762",
        "1200770239097763",
        "+7 916 123-45-67, 8 (916) 123 45 67",
        "кв. 24 89161234566",
        "лицевой счёт 2234567890",
        "40702810900000012345",
        "4070 2810 9000 0001 2345",
        "18810190123456789012",
        "1881019012345678901234567",
        "2017-06-01 - 2017-07-01",
        "12 970,24 ₽",
        "Начислено 12.970.24, оплачено 12.970.24 за 11/2026, 12/2026",
        "Платил 20.11.2026 в 12.30, потом 21/11/2026 и 22_11_2026",
        "с 2026.11.01 / 2026.11.30 по 2026/12/01",
        "звоните 8.916.123.45.67 / 8.495.123.45.67",
        "УИН 1881.0190.1234.5678.9012. Счёт 4070/2810/9000/0001/2345.",
        "счёт 4070 2810 9000 0004 2341. 2026 год",
        "р/с 40702.810.9.00000012345, к/с 30101.810.4.00000000225",
        "ИНН/КПП 5024051807/502401004",
        "20261120_123454.jpg",
    ],
)
def test_other_numbers_stay(typed):
    assert masked(typed) == typed


@given(st.text("0123456789", min_size=20, max_size=40))
def test_a_longer_run_of_digits_is_no_card(digits):
    assert masked(digits) == digits


@given(st.from_regex(r"[2-6][0-9]{11,17}", fullmatch=True), st.sampled_from(["", " ", "-", "\u00a0"]))
def test_no_card_is_left_and_no_text_grows(digits, between):
    number = next(whole for last in range(10) if is_luhn(whole := f"{digits}{last}"))
    typed = between.join(number[start : start + 4] for start in range(0, len(number), 4))

    kept = masked(typed)

    assert kept.startswith("•••• ")
    assert (len(kept) <= len(typed), card_numbers.are_in(typed), card_numbers.are_in(kept)) == (True, True, False)
