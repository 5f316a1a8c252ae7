"""The fee of an operation: the provider's percent and minimum, half a kopeck upwards, told before the card."""

from billing.models import Provider
from billing.money import Kopecks

BASIS = 10_000


def of(*, provider: Provider, amount: Kopecks) -> Kopecks:
    """The fee in kopecks for a sum in kopecks."""
    if not provider.fee_basis_points and not provider.fee_minimum:
        return Kopecks(0)
    return Kopecks(max(share(amount, provider.fee_basis_points), provider.fee_minimum))


def share(amount: int, basis_points: int) -> int:
    """So many hundredths of a percent of a sum, half a kopeck upwards."""
    return (amount * basis_points + BASIS // 2) // BASIS


def percent(basis_points: int) -> str:
    """«0 %», «1,5 %» — for the line of the method."""
    whole, rest = divmod(basis_points, 100)
    text = f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)
    return f"{text}\u00a0%"


def exact_percent(basis_points: int) -> str:
    """«0,00 %» — as the receipt wants it."""
    return f"{basis_points // 100},{basis_points % 100:02d}\u00a0%"
