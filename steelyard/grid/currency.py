"""Currency: money of one currency in another, by type of rate and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from steelyard.errors import ConversionMissing


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
