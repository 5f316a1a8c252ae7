"""The short word that stops SMS about bills and promotions, where the provider brings answers back."""

import unicodedata

from notifications import messages
from notifications.models import Channel, Topic

WORD = "СТОП"
# What an SMS that it stops says of it, where that makes the SMS no dearer.
HINT = f" {WORD} – отписка"
TOPICS = frozenset(kind.topic for kind in messages.ALL if kind.topic and kind.channel is Channel.SMS)
# Whatever keyboard it was typed on: «СТОП», «CTOP», «STOP», «ст0п».
_LATIN = str.maketrans("стопрs0", "ctoppco")


def is_it(text: str) -> bool:
    """Whether somebody answers with this word alone; case, spaces, signs and look-alikes are nothing."""
    return _folded(text) == _folded(WORD)


def none() -> dict[Topic, bool]:
    """The choice of who wants none of it."""
    return dict.fromkeys(sorted(TOPICS), False)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, plain)).translate(_LATIN)
