"""Plugins: every extension point of Steelyard as a Protocol, with the register of what is installed."""

from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from steelyard.errors import ModelError

Plugin = TypeVar("Plugin")


class Register(Generic[Plugin]):
    """The plugins of one extension point, by name.

    Built-ins add themselves; an installed package offers its own as an entry point of the same group.

    Args:
        kind: What a plugin of this point is called in messages.
        group: Entry point group, as in `[project.entry-points."steelyard.forecast_methods"]`.
    """

    def __init__(self, kind: str, group: str) -> None:
        self.kind, self.group = kind, group
        self._known: dict[str, Plugin] = {}

    def add(self, name: str, plugin: Plugin) -> None:
        """Add a plugin under a name that is still free."""
        if self._known.setdefault(name, plugin) is not plugin:
            raise ModelError(f"There are two {self.kind}s called {name!r}", mend="rename one of them")

    def names(self) -> tuple[str, ...]:
        """List every name, added or installed, in alphabetical order."""
        return tuple(sorted({*self._known, *(point.name for point in entry_points(group=self.group))}))

    def get(self, name: str) -> Plugin:
        """Give the plugin of a name; an installed one is loaded when first asked for.

        Raises:
            ModelError: Nothing of that name is added or installed.
        """
        if name not in self._known:
            self._load(name)
        return self._known[name]

    def _load(self, name: str) -> None:
        found = tuple(entry_points(group=self.group, name=name))
        if not found:
            near = get_close_matches(name, self.names(), 1)
            known = ", ".join(self.names())
            raise ModelError(
                f"There is no {self.kind} {name!r}",
                where=f"known are {known}",
                mend=f"use {near[0]!r}" if near else "use one of these or install the package that brings it",
            )
        self.add(name, self._loaded(found[0]))

    def _loaded(self, point: EntryPoint) -> Plugin:
        try:
            plugin: Plugin = point.load()
        except ImportError as fault:
            extra = ", ".join(point.extras)
            raise ModelError(
                f"The {self.kind} {point.name!r} is not installed",
                where=str(fault),
                mend=f"install steelyard[{extra}]" if extra else "install the package that brings it anew",
            ) from fault
        return plugin


@dataclass(frozen=True)
class ForecastBatch:
    """Series of one kind, ready to be forecast together.

    All end in the last row, have no gap, and are scaled to a size near one. The rows before a series starts hold zero.
    Nothing about a series may depend on its neighbours in the batch or on the rows before its start.
    """

    values: NDArray[np.float64]
    """Demand, period x series."""
    start: NDArray[np.int64]
    """First row of each series, ascending."""
    indices: NDArray[np.float64]
    """Seasonal indices, phase x series; row `t` has phase `(t - periods) % period`, the first forecast phase 0."""
    period: int
    """Periods in a season: 12, 4, 52, 13, 1."""
    horizon: int
    """Periods to forecast."""
    multiplicative: bool
    """Whether indices multiply (all demand is positive) or add."""
    seasonal: bool
    """Whether the indices say anything; otherwise they are all neutral."""


@dataclass(frozen=True)
class MemberForecast:
    """What one method says about a batch."""

    mean: NDArray[np.float64]
    """Forecast, horizon x series."""
    fitted: NDArray[np.float64]
    """One-step-ahead forecast of each past period, period x series; NaN where the method had nothing to go by."""


class ForecastMethod(Protocol):
    """A statistical method that forecasts a batch of series."""

    @property
    def name(self) -> str:
        """How it is called in parameters and reasons: `theta`."""
        ...

    def forecast(self, batch: ForecastBatch) -> MemberForecast:
        """Forecast every series of the batch; the same input gives the same bits."""
        ...


forecast_methods: Register[ForecastMethod] = Register("forecast method", "steelyard.forecast_methods")
"""Methods of the statistical forecast."""
