"""Decomposition: a near-optimal plan of any size with a proven bound, by pricing hours and planning items alone.

Only resources couple groups of items. At given prices of hours every group's best plan is found exactly (see
`_pricing`); a small linear program mixes the plans of several passes so that hours suffice, and its duals are the
prices of the next pass. The money of the separate plans, less what the hours earn, is a lower bound on any plan.

Source: Dantzig & Wolfe, Decomposition principle for linear programs, 1960; smoothing of prices after Wentges, 1997.
"""

from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from steelyard.grid.block import Array
from steelyard.grid.rollup import scatter_add
from steelyard.supply import _pricing
from steelyard.supply._master import FLAT, LEVELLED, Master, hour_steps
from steelyard.supply._pricing import Responses, UnitPrices
from steelyard.supply._shipping import decide
from steelyard.supply._stock_levels import NEVER
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import RESOURCE_KINDS, SupplyModel
from steelyard.supply.price_network import STAGE, price_network, with_shares
from steelyard.supply.priority import plan_by_priority, start_what_fits
from steelyard.supply.sold_parts import shared_rows, sold_apart
from steelyard.supply.supply_plan import Binding, Decisions, Elastic, SupplyPlan

_REACH, _STEP, _BACK, _SHORTEST = 0.3, 0.1, 0.5, 0.02
"""Share of the way from the best prices so far to those of the mix; longer while the bound rises, else shorter."""
_TRIES = 3
"""Pricings between two mixes."""
_LARGE, _FEW, _MANY = 20_000, 1, 4
"""Above so many nodes a resource's items stay in one group; below they are cut into more."""
_WORK, _LEAST_PASSES, _MOST_PASSES = 2_000_000, 15, 60
"""Nodes x periods that are priced in all, between so many passes."""
_STOCK_STEP = 0.5
"""How far the value of stock moves in one pass towards what it saves."""


@dataclass(frozen=True)
class Pass:
    """One pricing of all groups.

    Args:
        hour_price: Money per hour, by row (resource x period).
        stock_value: Value of a unit of stock, by node and period; None where no component has stock.
        worth: Least money of all nodes at these prices.
    """

    hour_price: Array
    stock_value: Array | None
    worth: float


@dataclass(frozen=True)
class Progress:
    """Where the search stood after a pass."""

    seconds: float
    lower_bound: float
    money: float

    @property
    def gap(self) -> float:
        """Share by which the plan may be dearer than the best one."""
        return (self.money - self.lower_bound) / abs(self.money) if self.money else 0.0


def plan_decomposed(
    model: SupplyModel, *, gap: float = 0.005, passes: int = 60, seconds: float = 60.0, split: int = 0
) -> SupplyPlan:
    """Plan by price decomposition.

    Args:
        model: The supply model.
        gap: Stop when the plan is proven to be within this share of the best one.
        passes: Stop after so many passes.
        seconds: Stop after so many CPU seconds.
        split: Groups a resource; more of them need fewer but dearer passes. 0 chooses by size.
    """
    session = PriceSession(model, split=split)
    session.improve(gap=gap, passes=passes, seconds=seconds)
    return session.plan()


def usual_passes(model: SupplyModel) -> int:
    """Passes after which to look no further for a smaller gap: by the size of the model, not by the machine's speed."""
    cells = max(len(model.nodes.names) * model.length, 1)
    return min(max(_WORK // cells, _LEAST_PASSES), _MOST_PASSES)


class PriceSession:
    """A decomposition kept alive: its proposals stay valid when hours change."""

    def __init__(self, model: SupplyModel, *, split: int = 0) -> None:
        self._began = process_time()
        self._model = model
        parts = split or (_FEW if len(model.nodes.names) > _LARGE else _MANY)
        self.network = price_network(sold_apart(model), split=parts)
        self._made_room()
        self._share_stock()
        begin = LEVELLED if self._stages else FLAT
        self.master = Master(hour_steps(self.network), self.network.groups, begin=begin)
        self.passes: list[Pass] = []
        self.history: list[Progress] = []
        self.lower_bound, self.money = -np.inf, np.inf
        self._best = np.zeros(self.master.rows)
        self._weight = np.zeros(0)
        self.duals = np.zeros(self.master.rows)
        self._reach = _REACH

    @property
    def model(self) -> SupplyModel:
        """The model it plans."""
        return self._model

    def improve(self, *, gap: float = 0.005, passes: int = 60, seconds: float = 60.0) -> Progress:
        """Price and mix until the gap is proven or time is up."""
        limit = process_time() + seconds
        for _ in range(passes):
            self._pass()
            if self.history[-1].gap <= gap or process_time() > limit:
                break
        return self.history[-1]

    def change_hours(self, model: SupplyModel) -> Progress:
        """Take other hours of the same resources; every proposal stays valid, so this costs one small solve.

        Args:
            model: The model with other regular hours, overtime or shifts, otherwise the same.
        """
        self._began = process_time()
        self._model = model
        self.network = replace(self.network, model=sold_apart(model))
        self.master.change_hours(hour_steps(self.network))
        bounds = [self._bound(one) for one in self.passes]
        self.lower_bound = max(bounds)
        self._best = self.passes[int(np.argmax(bounds))].hour_price
        self._mix()
        return self.history[-1]

    def plan(self) -> SupplyPlan:
        """The mixed plan, made possible where it is not, with its bound, prices of hours and units, and what binds."""
        decisions, notes = self._possible()
        found = evaluate(self.model, decisions)
        length, resources = self.model.length, len(self.model.resources.names)
        unproven = _notes(self.model)
        price = self.duals[: resources * length].reshape(-1, length).T
        binding = [
            Binding(r, t, float(price[t, r]), float(found.load[t, r]), float(decisions.overtime[t, r]))
            for t, r in zip(*(place.tolist() for place in np.nonzero(price > _CRUMB)), strict=True)
        ]
        return SupplyPlan(
            engine="decomposition",
            decisions=decisions,
            seconds=process_time() - self._began,
            lower_bound=-np.inf if unproven else self.lower_bound,
            objective=found.objective,
            hour_price=np.ascontiguousarray(price),
            unit_value=self._unit_value(),
            binding=tuple(sorted(binding, key=lambda each: (-each.worth, each.resource, each.period))),
            elastic=found.elastic,
            notes=unproven + notes,
        )

    def _possible(self) -> tuple[Decisions, tuple[str, ...]]:
        """The mixed plan, or a cheaper one made of it or by rules where it needs what is not there."""
        quantity, lost = self._mixed()
        mixed = decide(self.model, quantity + self.network.fixed[:, : quantity.shape[1]], lost)
        found = evaluate(self.model, mixed)
        if not _lacks(self.model, found.elastic):
            return mixed, ()
        late, ruled = start_what_fits(self.model, quantity), plan_by_priority(self.model)
        best = min((late, _LATE), (ruled, _RULED), key=lambda each: each[0].objective)
        if best[0].objective < found.objective:
            return best[0].decisions, (best[1],)
        return mixed, ()

    def _made_room(self) -> None:
        shape = self.network.layout.net.shape
        whole = (np.empty(shape, np.int64), np.empty(shape, np.int64))
        real = [np.empty(shape) for _ in range(4)]
        self._prices = UnitPrices(real[0], whole[0], real[1], whole[1], real[2], real[3])
        self._done = Responses(*(np.zeros(shape) for _ in range(6)))
        self._worth, self._keep = np.empty(shape[0]), np.empty(shape)
        self._stages = bool((self.network.layout.kind == STAGE).any())
        self._stock_value = np.full(shape if self._stages else (1, 1), NEVER)

    def _share_stock(self) -> None:
        """Give each copy of a shared node the share of stock that its group uses in the unlimited plan."""
        if not self._stages or self.network.groups == 1:
            return
        self._respond(np.zeros(self.network.rows), self._stock_value)
        used = self._done.taken.sum(axis=1) + 1e-9
        total = np.bincount(self.network.node, used)
        self.network = with_shares(self.network, used / total[self.network.node])

    def _respond(self, hour_price: Array, stock_value: Array) -> None:
        layout, split = self.network.layout, self.network.rows - self.network.scarce.size
        table, scarcity = hour_price[:split].reshape(-1, self.model.length), hour_price[split:]
        _pricing.price_keeping(layout, table, self._keep)
        _pricing.price_units(layout, table, scarcity, self._keep, stock_value, self._prices)
        _pricing.respond(layout, self._keep, self._prices, self._done, self._worth)

    def _next_prices(self) -> Array:
        if not self.passes:
            return self._best
        prices: Array = (1.0 - self._reach) * self._best + self._reach * self.duals
        return np.minimum(prices, self.master.steps.most())

    def _pass(self) -> None:
        """Price, closer to the best prices again where that went too far, and mix what was proposed."""
        for _ in range(_TRIES):
            if not self._went_too_far(self._next_prices()):
                break
        self._mix()

    def _went_too_far(self, hour_price: Array) -> bool:
        """Price once; whether the bound has fallen behind, because the prices are beyond the top."""
        way, before = self.duals - self._best, self.lower_bound
        ascent = float(self._price(hour_price) @ way)
        if len(self.passes) == 1:
            return False
        self._reach = min(self._reach + _STEP, 1.0) if ascent > 0 else max(self._reach * _BACK, _SHORTEST)
        return ascent <= 0 and self.lower_bound <= before

    def _price(self, hour_price: Array) -> Array:
        """Let all groups propose at these prices; give how the bound changes with each price."""
        self._respond(hour_price, self._stock_value)
        kept = self._stock_value.copy() if self._stages else None
        self.passes.append(Pass(hour_price, kept, float(self._worth.sum())))
        usage, money = np.empty((self.network.groups, self.master.rows)), np.empty(self.network.groups)
        network = self.network
        _pricing.add_up(network.layout, network.group_start, network.group_node, self._prices, self._done, usage, money)
        bound = self._bound(self.passes[-1])
        if bound > self.lower_bound:
            self.lower_bound, self._best = bound, hour_price
        self.master.propose(usage, money, len(self.passes) - 1)
        if self._stages:
            self._value_stock()
        slope: Array = usage.sum(axis=0) - self.master.steps.offered(hour_price)
        return slope

    def _value_stock(self) -> None:
        first = len(self.passes) == 1
        _pricing.value_stock(
            self.network.layout, self._keep, self._prices, self._done, 1.0 if first else _STOCK_STEP, self._stock_value
        )
        share, node = self.network.share, self.network.node
        shared = scatter_add((self._stock_value * share[:, None]).T, node, len(self.network.model.nodes.names))
        weight = np.bincount(node, share)
        self._stock_value = np.ascontiguousarray((shared / weight).T[self.network.node])

    def _bound(self, one: Pass) -> float:
        return one.worth + self.network.fixed_cost - self.network.given_away - self.master.steps.worth(one.hour_price)

    def _mix(self) -> None:
        money, self.duals, self._weight = self.master.solve()
        self.money = money + self.network.fixed_cost
        self.history.append(Progress(process_time() - self._began, self.lower_bound, self.money))

    def _mixed(self) -> tuple[Array, Array]:
        """Quantities by option and lost sales by node, `[period, thing]`: the proposals by their weights."""
        network, length, options = self.network, self.model.length, len(self.model.options.names)
        quantity = np.zeros((length, len(network.model.options.names)))
        lost = np.zeros((length, len(network.model.nodes.names)))
        used = self._weight > 1e-9
        for number in np.unique(self.master.pass_of[used]).tolist():
            chosen = used & (self.master.pass_of == number)
            weight = np.zeros(network.groups)
            np.add.at(weight, self.master.group_of[chosen], self._weight[chosen])
            self._respond_as(self.passes[number])
            self._add_mixed(weight[network.group], quantity, lost)
        return np.ascontiguousarray(quantity[:, :options]), self._lost(lost)

    def _lost(self, lost: Array) -> Array:
        """Lost sales by node of the model; those of counters stand behind the others."""
        nodes = len(self.model.nodes.names)
        out = np.ascontiguousarray(lost[:, :nodes])
        return out + scatter_add(lost[:, nodes:], self.model.demand.node[shared_rows(self.model)], nodes)

    def _respond_as(self, one: Pass) -> None:
        value = self._stock_value if one.stock_value is None else one.stock_value
        self._respond(one.hour_price, value)

    def _add_mixed(self, weight: Array, quantity: Array, lost: Array) -> None:
        node, t = np.nonzero((self._done.received > 0) & (weight > 0)[:, None])
        option = self.network.option[self._prices.way[node, t]]
        np.add.at(quantity, (t, option), weight[node] * self._done.received[node, t])
        lost += scatter_add((self._done.lost * weight[:, None]).T, self.network.node, lost.shape[1])

    def _unit_value(self) -> Array:
        """Price of a unit at each node at the final prices, `[period, node]`."""
        self._respond(self.duals, self._stock_value)
        first = np.searchsorted(self.network.node, np.arange(len(self.model.nodes.names)))
        return np.ascontiguousarray(self._prices.ready[np.minimum(first, self.network.node.size - 1)].T)


_CRUMB = 1e-7
_STORAGE = RESOURCE_KINDS.index("storage")
_LATE = "What did not fit hours and components in the mixed plan starts later."
_RULED = "The rules of priority found the cheaper plan; the bound holds for it."


def _lacks(model: SupplyModel, elastic: tuple[Elastic, ...]) -> bool:
    """Whether something is missing beside room in storage, which may overflow at its price."""
    stores = {model.resources.names[number] for number in np.flatnonzero(model.resources.kind == _STORAGE).tolist()}
    return any(each.kind != "minimum_load" and each.what not in stores for each in elastic)


def _notes(model: SupplyModel) -> tuple[str, ...]:
    """What the bound does not cover, and what the plan leaves to other engines."""
    notes = []
    if model.workforce.names:
        notes.append("Workers stay as they are at the start; the exact engine decides on hiring. No bound is proven.")
    if (model.options.minimum > 0).any():
        notes.append("Prescribed quantities are kept even where they do not fit. No bound is proven.")
    return tuple(notes)
