"""What every rule of the bank is handed: the open transaction, the time, the terminal, the card vault."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from smartservice.sandbox.config import Config
from smartservice.sandbox.vault import Vault


@dataclass(frozen=True)
class Step:
    """One step of the bank; what it writes is committed together or not at all."""

    db: sqlite3.Connection
    now: datetime
    config: Config
    vault: Vault
