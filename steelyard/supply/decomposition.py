"""Decomposition: a near-optimal plan of any size with a proven bound, by pricing hours and planning items alone.

Only resources couple groups of items. At given prices of hours every group's best plan is found exactly (see
`_pricing`); a small linear program mixes the plans of several passes so that hours suffice, and its duals are the
prices of the next pass. The money of the separate plans, less what the hours earn, is a lower bound on any plan.

Source: Dantzig & Wolfe, Decomposition principle for linear programs, 1960; smoothing of prices after Wentges, 1997.
"""

from dataclasses import dataclass, replace
from time import thread_time

import numpy as np

from steelyard.grid.block import Array
from steelyard.grid.rollup import scatter_add
from steelyard.supply._ascent import Ascent, Pass
from steelyard.supply._master import FLAT, Master, hour_steps
from steelyard.supply._pricer import Pricer
from steelyard.supply._shipping import decide
from steelyard.supply._thrown_away import saved_by_throwing_away
from steelyard.supply.co_products_apart import co_products_apart, put_together
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import RESOURCE_KINDS, SupplyModel
from steelyard.supply.price_network import price_network, with_shares
from steelyard.supply.priority import plan_by_priority, priority_shop, start_what_fits
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
_STARTS = 20
"""Steps up from which prices of hours begin."""
_CLIMBS, _LOOK = 60, 10
"""Most steps up before anything is mixed, and after how many of them the mean plan is looked at."""


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
        seconds: Stop after so many CPU seconds of this thread, whatever else the process does.
        split: Groups a resource; more of them need fewer but dearer passes. 0 chooses by size.
    """
    session = PriceSession(model, split=split)
    session.improve(gap=gap, passes=passes, seconds=seconds)
    return session.plan()


def bound_prices(model: SupplyModel) -> Array:
    """Prices of hours of the best bound that a few steps up reach, `[period, resource]`: a start, not the last word.

    Args:
        model: The supply model.
    """
    network = price_network(_apart(model), split=0)
    steps = hour_steps(network)
    ascent = Ascent(network, steps)
    climbed = [ascent.climb() for _ in range(_STARTS)]
    best = max(climbed, key=lambda one: one.worth - steps.worth(one.hour_price))
    hours = len(model.resources.names) * model.length
    return np.ascontiguousarray(best.hour_price[:hours].reshape(-1, model.length).T)


class UnitPricer:
    """Prices units of a model at given prices of hours, whatever the size: one pricing an answer.

    Limits of single options and co-products have no price here.

    Args:
        model: The supply model.
    """

    def __init__(self, model: SupplyModel) -> None:
        self._pricer = Pricer(price_network(model, split=0))

    def values(self, hour_price: Array) -> tuple[Array, Array]:
        """Prices of a unit at every node, `[period, node]`.

        Args:
            hour_price: Money per hour, `[period, resource]`.

        Returns:
            Of one more unit at hand, inf where it cannot be had; and of a unit for what is made of it, which before
            anything can come is that of a later one.
        """
        rows = np.zeros(self._pricer.network.rows)
        rows[: hour_price.size] = np.maximum(hour_price, 0.0).T.ravel()
        self._pricer.respond(rows, self._pricer.undiscounted)
        prices = self._pricer.prices
        return np.ascontiguousarray(prices.ready.T), np.ascontiguousarray(prices.asked.T)

    def quantities(self) -> Array:
        """What each option brings at the prices asked last, where hours have no end, `[period, option]` [units]."""
        return self._pricer.quantity()


def unit_values(model: SupplyModel, hour_price: Array) -> tuple[Array, Array]:
    """Prices of a unit at every node at given prices of hours; see `UnitPricer.values`."""
    return UnitPricer(model).values(hour_price)


def usual_passes(model: SupplyModel) -> int:
    """Passes after which to look no further for a smaller gap: by the size of the model, not by the machine's speed."""
    cells = max(len(model.nodes.names) * model.length, 1)
    return min(max(_WORK // cells, _LEAST_PASSES), _MOST_PASSES)


class PriceSession:
    """A decomposition kept alive: its proposals stay valid when hours change."""

    def __init__(self, model: SupplyModel, *, split: int = 0) -> None:
        self._began = thread_time()
        self._model = model
        parts = split or (_FEW if len(model.nodes.names) > _LARGE else _MANY)
        self.network = price_network(_apart(model), split=parts)
        self._pricer = Pricer(self.network)
        self._share_stock()
        self._discount = self._plenty = self._pricer.undiscounted
        self.master = Master(hour_steps(self.network), self.network.groups, begin=FLAT)
        self._kept: SupplyPlan | None = None
        self._large = len(model.nodes.names) > _LARGE
        self._ascent = Ascent(price_network(self.network.model, split=0), self.master.steps) if self._staged else None
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
        limit = thread_time() + seconds
        if self._ascent and not self.passes and self._climb(gap, limit, _CLIMBS):
            return self.history[-1]
        for _ in range(passes):
            self._pass()
            if self.history[-1].gap <= gap or thread_time() > limit:
                break
        return self.history[-1]

    def change_hours(self, model: SupplyModel) -> Progress:
        """Take other hours of the same resources; every proposal stays valid, so this costs one small solve.

        Args:
            model: The model with other regular hours, overtime or shifts, otherwise the same.
        """
        self._began = thread_time()
        self._model = model
        self.network = replace(self.network, model=_apart(model))
        steps = hour_steps(self.network)
        self.master.change_hours(steps)
        bounds = [self._bound(one) for one in self.passes]
        self.lower_bound = max(bounds)
        best = self.passes[int(np.argmax(bounds))]
        self._best, self._discount = best.hour_price, best.discount
        self._kept = None
        if self._weight.size:
            self._mix()
        elif self._ascent:
            self._ascent.change_hours(steps)
            self._climb(0.0, np.inf, _LOOK)
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
            seconds=thread_time() - self._began,
            lower_bound=-np.inf if unproven else self.lower_bound - saved_by_throwing_away(self.model),
            objective=found.objective,
            hour_price=np.ascontiguousarray(price),
            unit_value=self._unit_value(),
            binding=tuple(sorted(binding, key=lambda each: (-each.worth, each.resource, each.period))),
            elastic=found.elastic,
            notes=unproven + notes,
        )

    def _possible(self) -> tuple[Decisions, tuple[str, ...]]:
        """The mixed plan, or a cheaper one made of it or on the way to it, or by rules where it asks too much."""
        found: list[tuple[float, Decisions, tuple[str, ...]]] = []
        if self._kept:
            found.append((self._kept.objective, self._kept.decisions, (_LATE,)))
        if self._weight.size:
            found += self._mixed_plans()
        return min(found, key=lambda each: each[0])[1:]

    def _mixed_plans(self) -> list[tuple[float, Decisions, tuple[str, ...]]]:
        quantity, lost = self._mixed()
        mixed = decide(self.model, quantity + self.network.fixed[:, : quantity.shape[1]], lost)
        found = evaluate(self.model, mixed)
        plans: list[tuple[float, Decisions, tuple[str, ...]]] = [(found.objective, mixed, ())]
        if _lacks(self.model, found.elastic):
            shop = priority_shop(self.model)
            late, ruled = start_what_fits(self.model, quantity, shop), plan_by_priority(self.model, shop)
            plans += [(late.objective, late.decisions, (_LATE,)), (ruled.objective, ruled.decisions, (_RULED,))]
        return plans

    def _share_stock(self) -> None:
        """Give each copy of a shared node the share of stock that its group uses in the unlimited plan."""
        if not self._staged or self.network.groups == 1:
            return
        self._pricer.respond(np.zeros(self.network.rows), self._pricer.undiscounted)
        used = self._pricer.done.taken.sum(axis=1) + 1e-9
        total = np.bincount(self.network.node, used)
        self.network = with_shares(self.network, used / total[self.network.node])
        self._pricer = Pricer(self.network)

    @property
    def _staged(self) -> bool:
        """Whether components have stock."""
        return self.network.layout.stage_start.size > 0

    def _climb(self, gap: float, limit: float, most: int) -> bool:
        """Go up with the prices, where components have stock; whether the mean plan is proven to be near enough."""
        assert self._ascent is not None
        for number in range(most):
            self._keep(self._ascent.climb())
            if (number + 1) % _LOOK == 0 and self._mean_plan_is_near(gap):
                return True
            if thread_time() > limit:
                break
        self._plenty = self._discount
        return False

    def _mean_plan_is_near(self, gap: float) -> bool:
        """Keep the mean plan, with what does not fit moved, if none is cheaper; say whether it is proven."""
        assert self._ascent is not None
        mean = put_together(self.model, self._ascent.mean)
        self._keep_plan(start_what_fits(self.model, mean))
        self.duals = self._best
        self._note()
        return self._large and self.history[-1].gap <= gap

    def _keep_plan(self, plan: SupplyPlan) -> None:
        """Keep a plan beside the mix, if it is possible and the cheapest one yet."""
        if not _lacks(self.model, plan.elastic) and (self._kept is None or plan.objective < self._kept.objective):
            self._kept = plan

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
        discount = (1.0 - self._reach) * self._discount + self._reach * self._plenty
        self._keep(Pass(hour_price, discount, self._pricer.respond(hour_price, discount)))
        usage, money = self._pricer.add_up()
        self.master.propose(usage, money, len(self.passes) - 1)
        self._plenty = self._pricer.plenty()
        slope: Array = usage.sum(axis=0) - self.master.steps.offered(hour_price)
        return slope

    def _keep(self, one: Pass) -> None:
        """Keep a pass; where its bound is the best one, its prices are those to go on from."""
        self.passes.append(one)
        bound = self._bound(one)
        if bound > self.lower_bound:
            self.lower_bound, self._best, self._discount = bound, one.hour_price, one.discount

    def _bound(self, one: Pass) -> float:
        return one.worth + self.network.fixed_cost - self.network.given_away - self.master.steps.worth(one.hour_price)

    def _mix(self) -> None:
        money, self.duals, self._weight = self.master.solve()
        self.money = money + self.network.fixed_cost
        self._note()

    def _note(self) -> None:
        money = self.money if self._kept is None else min(self.money, self._kept.objective)
        self.history.append(Progress(thread_time() - self._began, self.lower_bound, money))

    def _mixed(self) -> tuple[Array, Array]:
        """Quantities by option and lost sales by node, `[period, thing]`: the proposals by their weights."""
        network, length = self.network, self.model.length
        quantity = np.zeros((length, len(network.model.options.names)))
        lost = np.zeros((length, len(network.model.nodes.names)))
        used = self._weight > 1e-9
        for number in np.unique(self.master.pass_of[used]).tolist():
            chosen = used & (self.master.pass_of == number)
            weight = np.zeros(network.groups)
            np.add.at(weight, self.master.group_of[chosen], self._weight[chosen])
            self._pricer.respond(self.passes[number].hour_price, self.passes[number].discount)
            self._add_mixed(weight[network.group], quantity, lost)
        return put_together(self.model, quantity), self._lost(lost)

    def _lost(self, lost: Array) -> Array:
        """Lost sales by node of the model; those of counters stand behind the others."""
        nodes = len(self.model.nodes.names)
        out, shared = np.ascontiguousarray(lost[:, :nodes]), shared_rows(self.model)
        return out + scatter_add(lost[:, nodes : nodes + shared.size], self.model.demand.node[shared], nodes)

    def _add_mixed(self, weight: Array, quantity: Array, lost: Array) -> None:
        node, t = np.nonzero((self._pricer.done.received > 0) & (weight > 0)[:, None])
        option = self.network.option[self._pricer.prices.way[node, t]]
        np.add.at(quantity, (t, option), weight[node] * self._pricer.done.received[node, t])
        lost += scatter_add((self._pricer.done.lost * weight[:, None]).T, self.network.node, lost.shape[1])

    def _unit_value(self) -> Array:
        """Price of a unit at each node at the final prices, `[period, node]`."""
        self._pricer.respond(self.duals, self._discount)
        first = np.searchsorted(self.network.node, np.arange(len(self.model.nodes.names)))
        return np.ascontiguousarray(self._pricer.prices.ready[np.minimum(first, self.network.node.size - 1)].T)


_CRUMB = 1e-7
_STORAGE = RESOURCE_KINDS.index("storage")
_LATE = "What did not fit hours and components in the mixed plan starts later."
_RULED = "The rules of priority found the cheaper plan; the bound holds for it."


def _apart(model: SupplyModel) -> SupplyModel:
    """The model with counters for customers of components, and what comes out beside taken apart."""
    return co_products_apart(sold_apart(model))


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
    if np.isinf(saved_by_throwing_away(model)):
        notes.append("Co-products and stored goods that perish may be thrown away. No bound is proven.")
    return tuple(notes)
