"""The saboteur of the races: nobody holds the bill that is being paid."""

from typing import Any

from billing import dues
from tests.proofs.webs import application

__all__ = ["application"]


def do_nothing(**_arguments: Any) -> None:
    pass


dues.hold = do_nothing
dues.settle = do_nothing
