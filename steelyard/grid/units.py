"""Units: quantities in any unit of measure, money in any currency."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from steelyard.errors import ConversionMissing

ANY_ITEM = "*"


@dataclass(frozen=True)
class UnitConversion:
    """Factors between units of measure, by item or for any item.

    Args:
        factors: (item or "*", from, to) -> factor; 1 from = factor to. The way back is known too.
    """

    factors: Mapping[tuple[str, str, str], float] = field(default_factory=dict)

    def factor(self, item: str, source: str, target: str) -> float:
        """Units of `target` in one unit of `source`; the item's own factor goes before the general one.

        Raises:
            ConversionMissing: No factor is known, neither way.

        Example:
            >>> UnitConversion({("*", "box", "EA"): 12.0}).factor("4711", "EA", "box")
            0.08333333333333333
        """
        if source == target:
            return 1.0
        for owner in (item, ANY_ITEM):
            if (owner, source, target) in self.factors:
                return self.factors[owner, source, target]
            if (owner, target, source) in self.factors:
                return 1.0 / self.factors[owner, target, source]
        raise ConversionMissing(
            f"No conversion from {source} to {target}",
            where=f"item {item}",
            mend="add a row to uom_conversion for the item, or for * if it holds for all",
        )


@dataclass(frozen=True)
class CurrencyConversion:
    """Rates between currencies by type and date.

    Args:
        rates: (from, to, rate type) -> ascending (valid from, rate) pairs; 1 from = rate to.
        base: Currency through which two others are triangulated.
    """

    rates: Mapping[tuple[str, str, str], tuple[tuple[date, float], ...]]
    base: str

    def rate(self, source: str, target: str, on: date, *, rate_type: str = "plan") -> float:
        """Units of `target` for one unit of `source` on a day: direct, inverse, or through the base.

        Before its first row a rate is that of the first row.

        Raises:
            ConversionMissing: No rate leads from one to the other.
        """
        if source == target:
            return 1.0
        direct = self._direct(source, target, on, rate_type)
        if direct is not None:
            return direct
        first = self._direct(source, self.base, on, rate_type)
        second = self._direct(self.base, target, on, rate_type)
        if first is None or second is None:
            raise ConversionMissing(
                f"No {rate_type} rate from {source} to {target}", where=f"{on}", mend="add a row to currency_rate"
            )
        return first * second

    def _direct(self, source: str, target: str, on: date, rate_type: str) -> float | None:
        if source == target:
            return 1.0
        if (source, target, rate_type) in self.rates:
            return _valid(self.rates[source, target, rate_type], on)
        if (target, source, rate_type) in self.rates:
            return 1.0 / _valid(self.rates[target, source, rate_type], on)
        return None


def _valid(rows: tuple[tuple[date, float], ...], on: date) -> float:
    earlier = [rate for start, rate in rows if start <= on]
    return earlier[-1] if earlier else rows[0][1]
