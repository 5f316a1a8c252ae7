"""How many generated examples a property is tried on: few in every run, PROOF_FACTOR times more in `make proofs`."""

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("PROOF_FACTOR", "1"))


def examples(number: int) -> settings:
    """Settings for so many examples in an ordinary run."""
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=number * FACTOR, deadline=None, suppress_health_check=checks)
