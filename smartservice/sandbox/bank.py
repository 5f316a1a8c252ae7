"""The bank: its methods by name, its steps, and the thread that does what time brings."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from smartservice.sandbox import (
    authorisation,
    bindings,
    customers,
    faults,
    kept,
    keys,
    life,
    notifications,
    operations,
)
from smartservice.sandbox.config import Config
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.journal import Journal
from smartservice.sandbox.operations import Answer
from smartservice.sandbox.refusals import MESSAGES, Refusal
from smartservice.sandbox.signature import is_signed
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Store
from smartservice.sandbox.vault import Vault

METHODS: dict[str, Callable[[Step, Fields], Answer | list[Answer]]] = {
    "Init": operations.init,
    "Check3dsVersion": authorisation.check_3ds_version,
    "FinishAuthorize": authorisation.finish_authorize,
    "Submit3DSAuthorization": bindings.submit_3ds_authorization,
    "Submit3DSAuthorizationV2": authorisation.submit_3ds_authorization,
    "Confirm": authorisation.confirm,
    "Charge": authorisation.charge,
    "GetState": operations.get_state,
    "CheckOrder": operations.check_order,
    "Cancel": operations.cancel,
    "AddCustomer": customers.add_customer,
    "GetCustomer": customers.get_customer,
    "RemoveCustomer": customers.remove_customer,
    "AddCard": bindings.add_card,
    "AttachCard": bindings.attach_card,
    "GetAddCardState": bindings.get_add_card_state,
    "GetCardList": kept.get_card_list,
    "RemoveCard": kept.remove_card,
}
FORM_METHODS = ("Submit3DSAuthorization", "Submit3DSAuthorizationV2")
# The bank's answers are not all of one cut: these fields a method does not have.
ABSENT = {
    "Check3dsVersion": {"TerminalKey", "OrderId", "Amount", "Status", "PaymentId"},
    "Submit3DSAuthorization": {"Amount"},
    "Submit3DSAuthorizationV2": {"Amount", "CardId", "RebillId"},
    "Confirm": {"Amount"},
    "Cancel": {"Amount"},
}
LONGEST_REST = 5.0


def utc_now() -> datetime:
    """The clock of the running bank; tests bring their own."""
    return datetime.now(UTC)


class Bank:
    """Everything but HTTP."""

    def __init__(self, config: Config, *, clock: Callable[[], datetime] = utc_now) -> None:
        keys.make_once(config.var_dir)
        self.config = config
        self.clock = clock
        self.store = Store(config.folder / "bank.sqlite3")
        self.journal = Journal(config.folder, self.store)
        self._vault = Vault(keys.load(config.var_dir))
        self._wake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._live, name="bank", daemon=True)

    def start(self) -> None:
        """Begin to send notifications and to watch the clock."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread, wait for the step under way, let the files go."""
        self._stopped = True
        self._wake.set()
        if self._thread.is_alive():
            # A merchant that does not answer may hold the thread for long: the queue is durable, so nothing is lost.
            self._thread.join(timeout=1)
        self.store.close()

    @contextmanager
    def step(self) -> Iterator[Step]:
        """One transaction with the clock caught up; afterwards the journal and the sender learn of it."""
        with self._quiet_step() as step:
            yield step
        self._wake.set()

    def call(self, method: str, values: Mapping[str, object]) -> Answer | list[Answer]:
        """One call of the API: signature, fields, the method itself; a refusal rolls back and becomes its answer."""
        try:
            self._check(values)
            with self.step() as step:
                answer = METHODS[method](step, Fields(values))
        except Refusal as refusal:
            answer = self._refused(refusal)
        if isinstance(answer, list):
            return answer
        return {name: value for name, value in answer.items() if name not in ABSENT.get(method, ())}

    def take_fault(self, method: str) -> str:
        """The fault that this call of the API is going to meet."""
        with self.store.transaction() as db:
            return faults.take(db, faults.TRANSPORT, method)

    def tick(self) -> None:
        """What time brings: terms, late outcomes, notifications that are due."""
        with self._quiet_step():
            pass
        while not self._stopped and notifications.deliver_next(self.store, self.clock()):
            pass

    @contextmanager
    def _quiet_step(self) -> Iterator[Step]:
        with self.store.transaction() as db:
            step = Step(db=db, now=self.clock(), config=self.config, vault=self._vault)
            life.catch_up(step)
            yield step
        self.journal.copy()

    def _check(self, values: Mapping[str, object]) -> None:
        if values.get("TerminalKey") != self.config.terminal:
            raise Refusal("205")
        if not is_signed(values, self.config.password):
            raise Refusal("204")

    def _refused(self, refusal: Refusal) -> Answer:
        code = refusal.code
        answer: Answer = {
            "Success": False,
            "ErrorCode": code,
            "Message": MESSAGES[code],
            "Details": refusal.details,
            "TerminalKey": self.config.terminal,
        }
        if refusal.payment:
            answer |= {
                "OrderId": refusal.payment.order_id,
                "Amount": refusal.payment.amount,
                "Status": refusal.payment.status,
                "PaymentId": str(refusal.payment.id),
            }
        return answer

    def _live(self) -> None:
        try:
            while not self._stopped:
                self._wake.clear()
                self.tick()
                self._wake.wait(self._rest())
        except sqlite3.ProgrammingError:
            # The database was closed while a merchant kept us waiting.
            if not self._stopped:
                raise

    def _rest(self) -> float:
        """Seconds until the next thing that time brings."""
        row = self.store.rows(
            "SELECT MIN(at) AS at FROM (SELECT MIN(due_at) AS at FROM notifications WHERE state = 'QUEUED' "
            "UNION ALL SELECT MIN(outcome_at) FROM payments WHERE outcome_at IS NOT NULL "
            "UNION ALL SELECT MIN(due_at) FROM payments WHERE status IN ('NEW', 'FORM_SHOWED', '3DS_CHECKING'))"
        )[0]
        if row["at"] is None:
            return LONGEST_REST
        return min(LONGEST_REST, max(0.01, float(row["at"]) - self.clock().timestamp()))
