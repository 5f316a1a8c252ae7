"""The fee of an operation: percent, least and greatest sum, half a kopeck upwards; told before the card is typed."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from billing.models import FeeRule, Provider
from billing.money import Kopecks, roubles

BASIS = 10_000
OWN = ("basis_points", "minimum", "maximum")
Method = FeeRule.Method


@dataclass(frozen=True)
class Rule:
    """Hundredths of a percent, the least and the greatest fee in kopecks; a greatest of 0 means none."""

    basis_points: int = 0
    minimum: int = 0
    maximum: int = 0

    def of(self, amount: int) -> Kopecks:
        """The fee in kopecks for a sum in kopecks."""
        fee = max(share(amount, self.basis_points), self.minimum)
        return Kopecks(min(fee, self.maximum) if self.maximum else fee)

    @property
    def words(self) -> str:
        """«1,5 %, не меньше 10,00 ₽, не больше 500,00 ₽»."""
        if not self.basis_points and self.minimum:
            return roubles(Kopecks(self.minimum))
        least = f", не меньше {roubles(Kopecks(self.minimum))}" if self.minimum else ""
        most = f", не больше {roubles(Kopecks(self.maximum))}" if self.maximum and self.basis_points else ""
        return f"{percent(self.basis_points)}{least}{most}"


def rule(*, provider: Provider, method: Method = Method.CARD) -> Rule:
    """The provider's own rule for this method of paying, else its usual one."""
    own = FeeRule.objects.filter(provider=provider, method=method).values(*OWN).first()
    return Rule(**own) if own else usual(provider)


def usual(provider: Provider) -> Rule:
    """The rule of every method that has none of its own."""
    return Rule(provider.fee_basis_points, provider.fee_minimum, provider.fee_maximum)


def own_rule(provider: str, *, method: Method = Method.CARD) -> Subquery:
    """The method's own rule as an annotation, where `provider` is the way to the provider: it costs no query."""
    rules = FeeRule.objects.filter(provider=OuterRef(provider), method=method)
    return Subquery(rules.values(rule=JSONObject(**{name: name for name in OWN}))[:1])


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
