"""The life of a payment on the bank's own page, beside `life_model`: nobody here makes the call that charges.

The same two payments of one bill, the same kills, lost answers, notifications and walks away. New are the page, which
the bank opens with the order and only the resident's browser knows, and the bank's clock, which ends what nobody pays.
What charges is the resident at the bank: as long as he knows the page he may pay there, whatever we think of it.

  the order     NEW → SHOWN (its page was opened) → CHECKING (3-D Secure there) → CONFIRMED, REJECTED or CANCELED
  the request   Init → one step with the number, AUTHORISING and the page; a lost Init: CheckOrder, and Cancel at once

`back` of life_model's Pay says that the resident knows the page.
"""

from collections.abc import Iterator

from tests.payments import life_model
from tests.payments.life_model import LIVE, Pay, State

DEFENCES = {
    "hold": "the bill is held in the same step as SUBMITTED",
    "one_step": "the page is shown only after its number is stored and AUTHORISING committed",
    "cancel": "the sweeper cancels at the bank before it gives up a payment the bank knows as NEW",
    "wait": "the sweeper leaves a payment alone while the bank's page shows its form or asks for 3-D Secure",
    "ask": "who comes back from the page is asked about at the bank, not believed",
    "late_word": "a final word that the table refuses is kept for staff",
}
OPEN = {"NEW", "SHOWN", "CHECKING"}
FINAL = {"CONFIRMED", "REJECTED", "CANCELED", "REFUNDED"}


class Model(life_model.Model):
    """The hosted world; `surprises` lets the bank take money even for an order whose page nobody knows."""

    def __init__(self, without: str = "", surprises: bool = False) -> None:
        super().__init__(surprises=surprises)
        self.on |= {name: name != without for name in DEFENCES}

    def next(self, s: State) -> Iterator[State]:
        yield from super().next(s)
        for who in ("a", "b"):
            p: Pay = getattr(s, who)
            if p.bank in OPEN:
                # The term of the order is over.
                yield s._replace(**{who: self.tell(p, "CANCELED")})

    def request(self, s: State, who: str) -> Iterator[State]:
        """Up to the page; base steps are taken over where nothing differs."""
        p: Pay = getattr(s, who)

        def at(step: str, state: State = s, **change: object) -> State:
            return state._replace(**{who: getattr(state, who)._replace(request=step, **change)})

        if p.request not in {"init", "store", "show", "undo"}:
            yield from super().request(s, who)
            return
        # Killed.
        yield at("")
        if p.request == "init":
            new = "NEW" if p.bank == "NONE" else p.bank
            yield at("store", bank=new)
            # The answer was lost with its page; CheckOrder names the number alone, or is not answered either.
            yield at("undo" if p.status == "SUBMITTED" else "", bank=new, bank_id=p.status == "SUBMITTED")
            yield at("", bank=new)
        elif p.request == "store":
            if self.on["one_step"]:
                moved = self.move(s, who, {"SUBMITTED"}, "AUTHORISING")
                yield at("", moved, bank_id=True, back=True) if moved != s else at("")
            else:
                yield at("show", back=True)
        elif p.request == "show":
            moved = self.move(s, who, {"SUBMITTED"}, "AUTHORISING")
            yield at("", moved, bank_id=True) if moved != s else at("")
        elif p.request == "undo":
            after = self.cancel(p)
            done = s._replace(**{who: after._replace(request="")})
            yield done
            yield self.apply(done, who, after.bank)

    def challenge(self, s: State, who: str) -> Iterator[State]:
        """At the bank's page and on the way back from it."""
        p: Pay = getattr(s, who)
        if not p.back:
            return
        # He walks away; what he has begun at the bank may still end there.
        yield s._replace(**{who: p._replace(back=False)})
        if p.bank == "NEW":
            yield s._replace(**{who: p._replace(bank="SHOWN")})
        elif p.bank == "SHOWN":
            yield s._replace(**{who: p._replace(bank="CHECKING")})
            yield s._replace(**{who: self.tell(p, "CONFIRMED")})
            yield s._replace(**{who: self.tell(p, "REJECTED")})
        if self.on["ask"]:
            yield self.heard(s, who, p.bank)
        else:
            yield self.apply(s, who, "CONFIRMED")

    def sweeper(self, s: State, who: str) -> Iterator[State]:
        """It asks; later, perhaps much later, it acts upon what it heard."""
        p: Pay = getattr(s, who)
        if p.bank == "CHECKING":
            # The issuer decides by itself, whoever is looking.
            yield s._replace(**{who: self.tell(p, "CONFIRMED")})
            yield s._replace(**{who: self.tell(p, "REJECTED")})
        if not p.sweep:
            if p.status == "SUBMITTED" and not p.bank_id:
                yield self.give_up(s, who, {"SUBMITTED"})
            elif p.status in LIVE and p.bank != "NONE":
                yield s._replace(**{who: p._replace(sweep=p.bank)})
            return
        word, calm = p.sweep, p._replace(sweep="")
        s = s._replace(**{who: calm})
        if word == "NEW" and self.on["cancel"]:
            after = self.cancel(calm)
            done = s._replace(**{who: after})
            yield done
            yield self.heard(done, who, after.bank)
        elif word == "NEW" or (word in OPEN and not self.on["wait"]):
            yield self.give_up(s, who, {"SUBMITTED", "AUTHORISING"})
        else:
            yield self.heard(s, who, word)

    def heard(self, s: State, who: str, word: str) -> State:
        """The bank's word as the portal takes it; an order that is under way moves nothing."""
        return self.apply(s, who, word) if word in FINAL else s
