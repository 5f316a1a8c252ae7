"""What the bank's statuses and error codes mean to us; a code that is not listed here decides nothing."""

from payments.acquirer.base import BindingWord, Word

WORDS: dict[str, Word] = {
    "NEW": Word.NEW,
    "FORM_SHOWED": Word.FORM_SHOWED,
    "3DS_CHECKING": Word.CHECKING_3DS,
    "3DS_CHECKED": Word.CHECKED_3DS,
    "CONFIRMED": Word.CONFIRMED,
    "REJECTED": Word.DECLINED,
    "AUTH_FAIL": Word.DECLINED,
    "ATTEMPTS_EXPIRED": Word.DECLINED,
    "CANCELED": Word.EXPIRED,
    "DEADLINE_EXPIRED": Word.EXPIRED,
    "REVERSED": Word.REFUNDED,
    "REFUNDED": Word.REFUNDED,
    "PARTIAL_REVERSED": Word.PARTLY_REFUNDED,
    "PARTIAL_REFUNDED": Word.PARTLY_REFUNDED,
}
BINDING_WORDS: dict[str, BindingWord] = {
    "THREE_DS_CHECKING": BindingWord.CHALLENGED,
    "3DS_CHECKING": BindingWord.CHALLENGED,
    "COMPLETED": BindingWord.COMPLETED,
    "REJECTED": BindingWord.REJECTED,
}
# Final words that an answer with Success=false may carry: a decline comes that way.
FAILURES = frozenset({Word.DECLINED, Word.EXPIRED})


def word(status: str) -> Word:
    """Our word for a status of the bank; one that it may invent tomorrow moves nothing."""
    return WORDS.get(status, Word.PENDING)


def binding_word(status: str) -> BindingWord:
    """Our word for a binding's status."""
    return BINDING_WORDS.get(status, BindingWord.PENDING)


def _codes(*numbers: int) -> frozenset[str]:
    return frozenset(map(str, numbers))


# A field of our request is missing, too long or wrong: the same request would be refused again.
BAD_REQUEST = _codes(1, 2, 9, 12, 17, 201, 203, *range(206, 255), *range(256, 262), 309, 1125, 1126, 3017)
# The terminal is unknown, blocked, signs with a wrong password, or may not take this sum.
BAD_TERMINAL = _codes(202, 204, 205, 331, 501, 648, 1202, 1203, 1204, 2015)
# The card itself: its number, term or code, no 3-D Secure, foreign, on a stop list.
BAD_CARD = _codes(
    *(76, 77, 101, 106, 107, 108, 506, 507, 508, 511, 600, 601, 603, 642),
    *(1014, 1015, 1033, 1054, 1080, 1082, 1205, 1235, 2014),
)
# Refusals of Init and Check3dsVersion, which by themselves never take money. Whatever says «internal», «later», «wrong
# status», «not found», «order already known» (3, 4, 8, 20, 54, 99, 119, 255, 402, 623, 914, 1018, 1089, 1091, 1096,
# 9001, 9999 …) or is unknown to us is no refusal: the bank may hold the order in any state.
REFUSALS = BAD_REQUEST | BAD_TERMINAL | BAD_CARD

# A refund is refused by these: too much, not this kind, no such payment, a foreign card. «Wrong status» (4, 8) says
# nothing: the money may have gone back already.
REFUND_REFUSALS = BAD_REQUEST | BAD_TERMINAL | _codes(79, 255, 324, 325, 326, 330)
# A binding may be refused for more: the customer or the binding is not known, the card is bound, foreign or listed. It
# takes no money, so that any of these is certain.
BINDING_REFUSALS = REFUSALS | _codes(6, 7, 8, 381, 382, 500, 502, 503, 504, 510, 514)
# The customer, or the card, is not there: who wants them gone is content.
UNKNOWN_CUSTOMER = _codes(7, 503)
UNKNOWN_CARD = _codes(231, 502, 503, 7)

# What CheckOrder says of an order that it has never seen.
UNKNOWN_ORDER = _codes(255, 335, 407, 914)
