"""The bank's journal: a line per thing that happened to a payment, for people and checks to read.

The lines are rows first, written in the same transaction as what they tell of; the file is their copy, so that a kill
between the two loses nothing. Asking (GetState, CheckOrder) and refused calls change nothing and are in `calls.jsonl`.
"""

import json
import threading
from datetime import datetime
from pathlib import Path

from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding, Payment, Store


def record(step: Step, payment: Payment | Binding, method: str) -> None:
    """Note in the open step where the payment stands now and which method brought it there."""
    line = {
        "at": step.now.isoformat(timespec="microseconds"),
        "method": method,
        "order_id": payment.order_id,
        "payment_id": str(payment.id),
        "status": payment.status,
        "amount": payment.amount,
        "pan": payment.pan,
    }
    step.db.execute("INSERT INTO events (line) VALUES (?)", [json.dumps(line, ensure_ascii=False)])


class Journal:
    """The file that follows the rows."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._path = folder / "journal.jsonl"
        self._calls = folder / "calls.jsonl"
        self._store = store
        self._lock = threading.Lock()
        self._written = self._mended()
        self.copy()

    def copy(self) -> None:
        """Append the rows that the file does not have yet."""
        with self._lock:
            rows = self._store.rows("SELECT id, line FROM events WHERE id > ? ORDER BY id", self._written)
            if rows:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{row['line']}\n" for row in rows))
                self._written = rows[-1]["id"]

    def note_call(
        self, *, at: datetime, method: str, asked: dict[str, object], answer: dict[str, object], fault: str
    ) -> None:
        """One line per call of the API, whatever became of it; not durable, it is for reading."""
        line = {
            "at": at.isoformat(timespec="microseconds"),
            "method": method,
            "order_id": str(answer.get("OrderId") or asked.get("OrderId") or ""),
            "payment_id": str(answer.get("PaymentId") or asked.get("PaymentId") or ""),
            "status": answer.get("Status", ""),
            "error_code": answer.get("ErrorCode", ""),
            "fault": fault,
        }
        with self._lock, self._calls.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _mended(self) -> int:
        """Cut a line that a kill left unfinished; the number of lines is the number of the last row copied."""
        if not self._path.exists():
            return 0
        whole, newline, _ = self._path.read_bytes().rpartition(b"\n")
        lines = whole.count(b"\n") + 1 if newline else 0
        last = self._store.rows("SELECT COALESCE(MAX(id), 0) AS id FROM events")[0]["id"]
        if lines > last:
            # Another database's journal: this bank starts a new one.
            whole, newline, lines = b"", b"", 0
        self._path.write_bytes(whole + newline)
        return lines
