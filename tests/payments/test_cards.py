"""What a typed card may look like, and how it is locked for the bank."""

import base64
import json
from datetime import date

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from hypothesis import given
from hypothesis import strategies as st

from payments import cards
from payments.cards import Brand, Problem, WrongCard
from safeguards import card_numbers
from safeguards.secret import Secret

TODAY = date(2026, 11, 20)
# Published test cards of the bank, and the classic ones of the other systems.
BANKS_CARDS = [
    "2201382000000013",
    "2201382000000021",
    "2201382000000039",
    "2201382000000047",
    "2201382000000005",
    "2201382000000831",
    "2200770239097761",
]


def control_digit(digits):
    """The digit that makes the rest pass Luhn."""
    return next(str(last) for last in range(10) if card_numbers.is_luhn(f"{digits}{last}"))


@st.composite
def numbers(draw):
    """Any number that some system could issue."""
    prefix, length = draw(
        st.sampled_from(
            [(prefix, length) for prefix in ("2200", "2202", "2204") for length in (16, 18, 19)]
            + [("4", 16), ("51", 16), ("2221", 16), ("2720", 16)]
            + [(prefix, length) for prefix in ("50", "58", "63", "67") for length in range(13, 20)]
        )
    )
    middle = draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    return prefix + middle + control_digit(prefix + middle)


def problem_of(rule, *args, **kwargs):
    """What the rule has against it, None when nothing."""
    try:
        rule(*args, **kwargs)
    except WrongCard as wrong:
        return wrong.problem
    return None


# --- the number -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", BANKS_CARDS)
def test_it_takes_the_banks_cards(number):
    assert cards.number(Secret(number)).reveal() == number


@pytest.mark.parametrize(
    "typed",
    [
        "2200 7702 3909 7761",
        "2200-7702-3909-7761",
        " 2200770239097761\t",
        "2200\u00a07702\u00a03909\u00a07761",
        "2200\u202f7702\u20093909 7761",
        "22 00770 239097761",
    ],
)
def test_it_forgives_what_stands_between_digits(typed):
    assert cards.number(Secret(typed)).reveal() == "2200770239097761"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.NUMBER_EMPTY),
        ("  \u00a0- ", Problem.NUMBER_EMPTY),
        ("2200 7702 3909 776x", Problem.NUMBER_SIGNS),
        ("２２００７７０２３９０９７７６１", Problem.NUMBER_SIGNS),
        ("٢٢٠٠٧٧٠٢٣٩٠٩٧٧٦١", Problem.NUMBER_SIGNS),
        ("2200_7702_3909_7761", Problem.NUMBER_SIGNS),
        ("2200\n770239097761", Problem.NUMBER_SIGNS),
        ("+2200770239097761", Problem.NUMBER_SIGNS),
        ("370000000000002", Problem.NUMBER_BRAND),
        ("3530111333300000", Problem.NUMBER_BRAND),
        ("0000000000000000", Problem.NUMBER_BRAND),
        ("9111111111111111", Problem.NUMBER_BRAND),
        ("220077023909776", Problem.NUMBER_LENGTH),
        ("22007702390977610", Problem.NUMBER_LENGTH),
        ("4111 1111 1111 1111 1", Problem.NUMBER_LENGTH),
        ("411111111111", Problem.NUMBER_LENGTH),
        ("6" * 20, Problem.NUMBER_LENGTH),
        ("4154 8111 1111 1111", Problem.NUMBER_SUM),
        ("2200770239097762", Problem.NUMBER_SUM),
    ],
)
def test_it_says_what_is_wrong_with_a_number(typed, problem):
    assert problem_of(cards.number, Secret(typed)) is problem


@given(numbers())
def test_every_issued_number_is_taken(number):
    assert cards.number(Secret(number)).reveal() == number


@given(numbers(), st.data())
def test_one_wrong_digit_is_always_noticed(number, data):
    at = data.draw(st.integers(4, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[at]]))

    assert problem_of(cards.number, Secret(number[:at] + other + number[at + 1 :])) is Problem.NUMBER_SUM


@given(numbers(), st.data())
def test_two_neighbours_changed_about_are_noticed_but_for_nine_and_nought(number, data):
    at = data.draw(st.integers(4, len(number) - 2))
    pair = number[at : at + 2]
    changed = number[:at] + pair[::-1] + number[at + 2 :]

    assert card_numbers.is_luhn(changed) is (pair[0] == pair[1] or set(pair) == {"0", "9"})


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_has_a_problem(typed):
    problem = problem_of(cards.number, Secret(typed))

    if problem is None:
        assert cards.number(Secret(typed)).reveal().strip("0123456789") == ""
    else:
        assert problem.startswith("number_")


@pytest.mark.parametrize(
    ("digits", "brand"),
    [
        ("2200000000000004", Brand.MIR),
        ("2204999999999999", Brand.MIR),
        ("2221000000000009", Brand.MASTERCARD),
        ("2720990000000007", Brand.MASTERCARD),
        ("4111111111111111", Brand.VISA),
        ("5105105105105100", Brand.MASTERCARD),
        ("5555555555554444", Brand.MASTERCARD),
        ("5018000000009", Brand.MAESTRO),
        ("5641820000000005", Brand.MAESTRO),
        ("6390020000000003", Brand.MAESTRO),
        ("6759649826438453", Brand.MAESTRO),
    ],
)
def test_a_number_tells_its_system(digits, brand):
    assert cards.brand(Secret(digits)) is brand


def test_brands_are_written_as_their_owners_write_them():
    assert [brand.value for brand in Brand] == ["МИР", "VISA", "Maestro", "Mastercard"]


def test_no_system_of_an_unknown_number():
    assert problem_of(cards.brand, Secret("9")) is Problem.NUMBER_BRAND


def test_the_mask_has_three_stars():
    assert cards.mask(brand=Brand.VISA, last_four="0551") == "VISA (***0551)"


# --- the term ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "09/28",
        "09 / 28",
        "0928",
        " 09/28 ",
        "9/28",
        "09.28",
        "09-28",
        "09 28",
        "09/2028",
        "092028",
        "09\u00a0/\u00a028",
    ],
)
def test_it_reads_a_term_however_it_is_typed(typed):
    term = cards.term(typed, today=TODAY)

    assert (term.month, term.year, str(term)) == (9, 2028, "0928")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.TERM_EMPTY),
        ("   ", Problem.TERM_EMPTY),
        ("09", Problem.TERM_SIGNS),
        ("928", Problem.TERM_SIGNS),
        ("09/8", Problem.TERM_SIGNS),
        ("09//28", Problem.TERM_SIGNS),
        ("09/1928", Problem.TERM_SIGNS),
        ("сентябрь 28", Problem.TERM_SIGNS),
        ("٠٩/٢٨", Problem.TERM_SIGNS),
        ("09/28;CVV=1", Problem.TERM_SIGNS),
        ("09/28\n", Problem.TERM_SIGNS),
        ("00/28", Problem.TERM_MONTH),
        ("13/28", Problem.TERM_MONTH),
        ("2028", Problem.TERM_MONTH),
        ("09/18", Problem.TERM_PAST),
        ("10/26", Problem.TERM_PAST),
        ("12/25", Problem.TERM_PAST),
    ],
)
def test_it_says_what_is_wrong_with_a_term(typed, problem):
    assert problem_of(cards.term, typed, today=TODAY) is problem


@pytest.mark.parametrize(
    ("today", "works"),
    [(date(2028, 9, 1), True), (date(2028, 9, 30), True), (date(2028, 10, 1), False), (date(2027, 12, 31), True)],
)
def test_a_card_works_to_the_last_day_of_its_month(today, works):
    assert problem_of(cards.term, "09/28", today=today) == (None if works else Problem.TERM_PAST)


@given(st.integers(1, 12), st.integers(0, 99), st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_a_term_is_past_exactly_when_its_month_is_over(month, year, today):
    over = (2000 + year, month) < (today.year, today.month)

    problem = problem_of(cards.term, f"{month:02}/{year:02}", today=today)

    assert problem == (Problem.TERM_PAST if over else None)


@given(st.text(max_size=15))
def test_any_text_is_a_term_or_has_a_problem(typed):
    problem = problem_of(cards.term, typed, today=TODAY)

    if problem is None:
        assert len(str(cards.term(typed, today=TODAY))) == 4
    else:
        assert problem.startswith("term_")


# --- code and name ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["123", " 123 ", "000"])
def test_it_takes_three_digits_for_a_code(typed):
    assert cards.cvv(Secret(typed)).reveal() == typed.strip()


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", Problem.CVV_EMPTY), (" ", Problem.CVV_EMPTY), *[(bad, Problem.CVV_SIGNS) for bad in ("12", "1234", "12a")]]
    + [(bad, Problem.CVV_SIGNS) for bad in ("١٢٣", "1 3", "-12", "1.2", "абв")],
)
def test_it_says_what_is_wrong_with_a_code(typed, problem):
    assert problem_of(cards.cvv, Secret(typed)) is problem


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("IVANOV IVAN", "IVANOV IVAN"),
        (" Ivanov   Ivan ", "IVANOV IVAN"),
        ("O'Neill-Petrov J.", "O'NEILL-PETROV J."),
        ("MOMENTUM R", "MOMENTUM R"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_it_takes_a_name_as_on_the_card(typed, name):
    assert cards.holder(typed) == name


@pytest.mark.parametrize("typed", ["ИВАНОВ ИВАН", "IVANOV;CVV=000", "A=B", "1VANOV", "x" * 27, "IVAN\nOV", ".", "ЁЖ"])
def test_it_says_what_is_wrong_with_a_name(typed):
    assert problem_of(cards.holder, typed) is Problem.HOLDER_SIGNS


# --- texts ------------------------------------------------------------------------------------------------------------
def test_every_problem_has_a_text_of_its_own():
    assert set(cards.TEXTS) == set(Problem)
    assert len(set(cards.TEXTS.values())) == len(Problem)


def test_an_exception_does_not_repeat_what_was_typed():
    with pytest.raises(WrongCard) as caught:
        cards.number(Secret("4154811111111111"))

    assert str(caught.value) == "number_sum"


# --- the lock ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def locked(private, **changes):
    usual = {
        "number": Secret("2200770239097761"),
        "term": cards.Term(month=9, year=2035),
        "holder": "IVANOV IVAN",
        "cvv": Secret("123"),
        "public_key": pem(private.public_key()),
    }
    return cards.encrypt(**(usual | changes))


def opened(private, cryptogram):
    return private.decrypt(base64.b64decode(cryptogram.reveal()), PKCS1v15()).decode()


def test_only_the_bank_can_open_it(private):
    cryptogram = locked(private)

    assert len(cryptogram.reveal()) == 344
    assert opened(private, cryptogram) == "PAN=2200770239097761;ExpDate=0935;CardHolder=IVANOV IVAN;CVV=123"


def test_a_card_without_a_name_names_nobody(private):
    assert opened(private, locked(private, holder="")) == "PAN=2200770239097761;ExpDate=0935;CVV=123"


def test_the_same_card_never_looks_the_same(private):
    assert len({locked(private).reveal() for _ in range(20)}) == 20


def test_the_longest_card_fits(private):
    cryptogram = locked(private, number=Secret("6" * 19), holder="X" * 26)

    assert len(cryptogram.reveal()) == 344
    assert f"CardHolder={'X' * 26};" in opened(private, cryptogram)


def test_it_hides_in_print(private):
    assert "Secret(***)" in repr([locked(private)])


def test_it_reads_the_key_as_the_bank_hands_it_out(private):
    bare = "".join(pem(private.public_key()).splitlines()[1:-1])

    assert opened(private, locked(private, public_key=bare)).startswith("PAN=2200")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "nonsense",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        pem(ec.generate_private_key(ec.SECP256R1()).public_key()),
        pem(rsa.generate_private_key(public_exponent=65537, key_size=3072).public_key()),
    ],
    ids=["empty", "nonsense", "broken", "elliptic", "3072 bits"],
)
def test_a_key_that_is_not_the_banks_is_refused(private, key):
    with pytest.raises(cards.WrongKey):
        locked(private, public_key=key)


def test_the_script_learns_everything_from_here(private):
    known = json.loads(cards.for_script(public_key=pem(private.public_key()), today=TODAY))

    assert known["texts"] == cards.TEXTS
    assert known["month"] == [2026, 11]
    assert known["systems"][0] == ["МИР", "220[0-4]", [16, 18, 19]]
    assert len(known["headings"]) == 4
    assert "PRIVATE" not in json.dumps(known)
