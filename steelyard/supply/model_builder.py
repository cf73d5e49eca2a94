"""Model builder: a supply model written by hand, row by row, with names instead of numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature

import numpy as np

from steelyard.errors import ModelError
from steelyard.grid.block import Array, IntArray
from steelyard.supply.co_product import CoProducts, co_product_lines
from steelyard.supply.model import (
    OPTION_KINDS,
    RESOURCE_KINDS,
    Conventions,
    Options,
    SupplyModel,
    option_of_lines,
)
from steelyard.supply.model_parts import (
    Values,
    assemble_model,
    demand_table,
    node_table,
    option_table,
    resource_table,
    workforce_table,
)

Amounts = Mapping[str, float] | None
"""Units or hours by name."""


@dataclass(frozen=True)
class _Line:
    """What an option takes of one thing."""

    name: str
    per_unit: float
    offset: int = 0


class _Rows:
    """Rows of one table, each with the values that were said.

    Args:
        table: Function that makes the table; its arguments are what may be said.
    """

    def __init__(self, table: Callable[..., object]) -> None:
        self.names: list[str] = []
        self._values: list[Mapping[str, Values]] = []
        self._default = {
            name: each.default for name, each in signature(table).parameters.items() if each.kind is each.KEYWORD_ONLY
        }

    def add(self, name: str, values: Mapping[str, Values]) -> None:
        """Add a row."""
        if name in self.names:
            raise ModelError(f"Two rows are called {name}", mend="give each its own name")
        unknown = sorted(set(values) - set(self._default))
        if unknown:
            mend = f"use {', '.join(sorted(self._default))}"
            raise ModelError(f"{', '.join(unknown)} says nothing to this row", where=name, mend=mend)
        self.names.append(name)
        self._values.append(values)

    def number(self, name: str, asker: str) -> int:
        """Number of a row."""
        if name not in self.names:
            raise ModelError(f"{asker} refers to {name}, which is not there", mend=f"add {name} to the model")
        return self.names.index(name)

    def numbers(self, names: Sequence[str], askers: Sequence[str]) -> IntArray:
        """Numbers of rows."""
        return np.array([self.number(*pair) for pair in zip(names, askers, strict=True)], np.int64)

    def columns(self, periods: int) -> dict[str, Array]:
        """What was said, by column; `[row]`, or `[period, row]` where a row says it by period."""
        said = {name for values in self._values for name in values}
        return {name: self._column(name, periods) for name in self._default if name in said}

    def _column(self, name: str, periods: int) -> Array:
        cells = [np.asarray(values.get(name, self._default[name]), np.float64) for values in self._values]
        for row, cell in zip(self.names, cells, strict=True):
            if cell.shape not in ((), (periods,)):
                mend = f"give one number, or {periods}"
                raise ModelError(f"{name} of {row} has {cell.size} values for {periods} periods", mend=mend)
        if all(cell.ndim == 0 for cell in cells):
            return np.array(cells)
        return np.stack([np.broadcast_to(cell, (periods,)) for cell in cells], axis=1)


class ModelBuilder:
    """Writes a supply model by hand.

    Quantities and prices are one number, or one per period. What is not said stays at the default of
    `steelyard.supply.model_parts`.

    Args:
        periods: How many periods, or their names.
        days: Working days of each period, for rates per day.
        conventions: How the company counts.

    Example:
        >>> write = ModelBuilder(2)
        >>> write.node("chair", opening=5, holding_cost=1)
        >>> write.resource("bench", regular=8)
        >>> write.make("chair", unit_cost=3, hours={"bench": 0.5})
        >>> write.demand("chair", [10, 10])
        >>> write.build().length
        2
    """

    def __init__(
        self,
        periods: int | Sequence[str],
        *,
        days: Sequence[float] | Array | None = None,
        conventions: Conventions | None = None,
    ) -> None:
        self._periods = [str(t + 1) for t in range(periods)] if isinstance(periods, int) else list(periods)
        self._days = None if days is None else np.asarray(days, np.float64)
        self._conventions = conventions or Conventions()
        self._nodes, self._options, self._resources = _Rows(node_table), _Rows(option_table), _Rows(resource_table)
        self._workforce, self._demand = _Rows(workforce_table), _Rows(demand_table)
        self._storage: list[str] = []
        self._option_nodes: list[str] = []
        self._option_parts: list[tuple[_Line, ...]] = []
        self._option_hours: list[tuple[_Line, ...]] = []
        self._option_co_products: list[tuple[_Line, ...]] = []
        self._worker_places: list[str] = []
        self._demand_nodes: list[str] = []
        self._classes: list[str] = []

    def node(self, name: str, *, storage: str = "", **values: Values) -> None:
        """Add an item at a place; values as in `Nodes`, `storage` names the resource its stock lies in."""
        self._nodes.add(name, values)
        self._storage.append(storage)

    def resource(self, name: str, *, kind: str = "machine", **values: Values) -> None:
        """Add a resource; values as in `Resources`."""
        self._resources.add(name, {**values, "kind": RESOURCE_KINDS.index(kind)})

    def workers(self, name: str, *, resource: str = "", **values: Values) -> None:
        """Add a group of workers for a resource, by default that of the same name; values as in `Workforce`."""
        self._workforce.add(name, values)
        self._worker_places.append(resource or name)

    def make(
        self,
        node: str,
        *,
        name: str = "",
        components: Amounts = None,
        hours: Amounts = None,
        hour_offset: Mapping[str, int] | None = None,
        co_products: Amounts = None,
        **values: Values,
    ) -> None:
        """Add a way to make a node.

        Args:
            node: Node it supplies.
            name: What it is called; kind and node by default.
            components: Units of other nodes per unit.
            hours: Hours of resources per unit.
            hour_offset: Periods before receipt in which hours fall, by resource; 0 by default.
            co_products: Units of other nodes that come out beside each unit.
            values: As in `Options`.
        """
        self._option(node, "make", name, values, components, hours, hour_offset, co_products)

    def buy(self, node: str, *, name: str = "", hours: Amounts = None, **values: Values) -> None:
        """Add a way to buy a node; `hours` may be a supplier's limit."""
        self._option(node, "buy", name, values, None, hours)

    def subcontract(
        self, node: str, *, name: str = "", components: Amounts = None, hours: Amounts = None, **values: Values
    ) -> None:
        """Add a way to have a node made outside; with components where the company provides the material."""
        self._option(node, "subcontract", name, values, components, hours)

    def transfer(self, source: str, node: str, *, name: str = "", hours: Amounts = None, **values: Values) -> None:
        """Add a way to bring a node's item from another node, unit for unit."""
        self._option(node, "transfer", name or f"transfer {source} to {node}", values, {source: 1.0}, hours)

    def _option(
        self,
        node: str,
        kind: str,
        name: str,
        values: Mapping[str, Values],
        components: Amounts,
        hours: Amounts,
        hour_offset: Mapping[str, int] | None = None,
        co_products: Amounts = None,
    ) -> None:
        offsets = hour_offset or {}
        self._options.add(name or f"{kind} {node}", {**values, "kind": OPTION_KINDS.index(kind)})
        self._option_nodes.append(node)
        self._option_parts.append(tuple(_Line(each, per) for each, per in (components or {}).items()))
        self._option_co_products.append(tuple(_Line(each, per) for each, per in (co_products or {}).items()))
        self._option_hours.append(tuple(_Line(each, per, offsets.get(each, 0)) for each, per in (hours or {}).items()))

    def demand(
        self, node: str, quantity: Values, *, name: str = "", customer_class: str = "", **values: Values
    ) -> None:
        """Add what a class of customer asks of a node; values as in `Demand`."""
        named = name or (f"{node}, {customer_class}" if customer_class else node)
        self._demand.add(named, {**values, "quantity": quantity})
        self._demand_nodes.append(node)
        self._classes.append(customer_class)

    def build(self) -> SupplyModel:
        """Build the model.

        Raises:
            ModelError: A name is not known, or a value has the wrong length.
        """
        periods = len(self._periods)
        return assemble_model(
            self._periods,
            node_table(self._nodes.names, periods, storage=self._storage_numbers(), **self._nodes.columns(periods)),
            self._option_table(periods),
            resource_table(self._resources.names, periods, **self._resources.columns(periods)),
            workforce_table(
                self._workforce.names,
                periods,
                resource=self._resources.numbers(self._worker_places, self._workforce.names),
                **self._workforce.columns(periods),
            ),
            demand_table(
                self._demand.names,
                periods,
                node=self._nodes.numbers(self._demand_nodes, self._demand.names),
                customer_class=self._classes,
                **{"quantity": np.zeros((periods, 0)), **self._demand.columns(periods)},
            ),
            conventions=self._conventions,
            days=self._days,
        )

    def _storage_numbers(self) -> Array:
        named = zip(self._storage, self._nodes.names, strict=True)
        return np.array([self._resources.number(name, node) if name else -1 for name, node in named], np.float64)

    def _option_table(self, periods: int) -> Options:
        parts, hours = self._option_parts, self._option_hours
        names = self._options.names
        return option_table(
            names,
            periods,
            node=self._nodes.numbers(self._option_nodes, names),
            component_start=_starts(parts),
            component=self._lines_of(parts, self._nodes),
            quantity_per=np.array([line.per_unit for lines in parts for line in lines], np.float64),
            hour_start=_starts(hours),
            resource=self._lines_of(hours, self._resources),
            hours_per_unit=np.array([line.per_unit for lines in hours for line in lines], np.float64),
            component_from=None,
            component_to=None,
            hour_offset=np.array([line.offset for lines in hours for line in lines], np.int64),
            co_products=self._co_products(),
            **self._options.columns(periods),
        )

    def _co_products(self) -> CoProducts:
        lines = self._option_co_products
        per_unit = np.array([line.per_unit for each in lines for line in each], np.float64)
        return co_product_lines(option_of_lines(_starts(lines)), self._lines_of(lines, self._nodes), per_unit)

    def _lines_of(self, lines: Sequence[tuple[_Line, ...]], rows: _Rows) -> IntArray:
        pairs = [(line.name, option) for option, each in zip(self._options.names, lines, strict=True) for line in each]
        return rows.numbers([name for name, _ in pairs], [option for _, option in pairs])


def _starts(lines: Sequence[tuple[_Line, ...]]) -> IntArray:
    return np.cumsum([0, *(len(each) for each in lines)])
