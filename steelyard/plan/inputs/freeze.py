"""Freeze: make the inputs of a plan out of an extract and the changes that touch master data and parameters."""

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import polars as pl

from steelyard.data.extract import Extract
from steelyard.demand.season import pooled_profile
from steelyard.demand.segmentation import classify_abc
from steelyard.finance.standard_cost import PARTS, CostParts
from steelyard.grid.block import Array, Blocks, BoolArray, IntArray, cut, shared_block, silent_block, uniform_block
from steelyard.grid.currency import CurrencyConversion
from steelyard.grid.rollup import scatter_add
from steelyard.grid.series import SeriesIndex
from steelyard.plan.calculation import Value
from steelyard.plan.change import Change
from steelyard.plan.inputs import capacity, cost, demand, money, payment, segments, streams, supply
from steelyard.plan.inputs.alternatives import with_alternatives
from steelyard.plan.inputs.amend import amend_extract, amend_parameters
from steelyard.plan.inputs.approved import Approved, approved_receipts
from steelyard.plan.inputs.budget import BudgetSpread, season_of
from steelyard.plan.inputs.bundle import PlanInputs
from steelyard.plan.inputs.frame import PlanFrame
from steelyard.plan.inputs.life import amend_life, product_life
from steelyard.plan.inputs.life_rows import life_plan
from steelyard.plan.inputs.open_supply import open_supply, planning_fence
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.past import Past, by_series, shared_blocks
from steelyard.plan.inputs.plain_settings import plain_settings
from steelyard.plan.inputs.price_list import PriceBook, realised_prices
from steelyard.plan.inputs.recall import Reading, Recall, recalled
from steelyard.plan.inputs.rows import PlanRows
from steelyard.plan.inputs.source_schedule import split_sources
from steelyard.plan.inputs.stock_policy import PlacePolicies, ordered_lots, place_policies, policy_inputs
from steelyard.plan.inputs.supply_terms import SupplyTerms, ranks_of_classes, supply_terms
from steelyard.supply.lot_size import LotSizes
from steelyard.supply.network import SupplyNetwork
from steelyard.supply.rough_cut import ResourceBill
from steelyard.supply.source_rows import SourceRows, add_sources


def freeze_inputs(
    extract: Extract,
    parameters: PlanParameters,
    changes: Sequence[Change] = (),
    *,
    previous: PlanInputs | None = None,
    approved: Approved | None = None,
    recall: Recall | None = None,
) -> PlanInputs:
    """Freeze the inputs of a plan.

    Args:
        extract: What the ERP said.
        parameters: Settings of the model.
        changes: Changes in order; those of parameters and master data are laid on first.
        previous: A bundle whose blocks are shared where the content is the same.
        approved: Gives the receipts of the published plan that the parameter `approved_plan` names.
        recall: Parts of inputs made before; those whose tables and settings stay are taken from there.

    Raises:
        PlanError: The extract has no demand or no complete period of history.
        ChangeInvalid: A change names a parameter, table, row or column that is not there.
    """
    amended, settings = amend_extract(extract, changes), amend_parameters(parameters, changes)
    reading = Reading(recall or Recall(), settings)
    frame = PlanFrame(reading, extract, amended, with_alternatives(reading, amend_life(amended, changes)))
    life = product_life(frame.amended, changes, parameters=frame.parameters, periods=frame.periods)
    rows = frame.rows(life)
    values = _Values(frame, rows).all(frame.lines)
    values["approved_receipts"] = approved_receipts(settings, approved, rows, frame.periods.of("horizon"))
    values["life_plan"] = life_plan(
        life, frame.extract, rows, frame.periods, frame.parameters, sold=values["demand_history"]
    )
    inputs = PlanInputs(extract.digest, settings, frame.periods, rows.series, MappingProxyType(values))
    return inputs if previous is None else inputs.sharing(previous)


class _Values:
    """Makes every input value; one method a group of inputs that belong together."""

    def __init__(self, frame: PlanFrame, rows: PlanRows) -> None:
        self.frame = frame
        self.extract, self.stated, self.parameters = frame.extract, frame.stated, frame.parameters
        self.reading, self.periods, self.rows = frame.reading, frame.periods, rows
        self.footing = (*frame.footing, self.periods, rows)
        self.horizon = self.periods.of("horizon")

    def all(self, lines: pl.DataFrame) -> dict[str, Value]:
        asked, runs, quantity, revenue = self._signal(lines)
        past = Past(self.frame, self.rows)
        promoted = past.promoted(runs)
        return {
            **self._demand(asked, promoted, quantity, revenue),
            **past.values(lines, asked, quantity, promoted),
            **self._money(quantity, revenue),
            **self._supply(),
            **self._service(quantity, revenue, promoted),
            **self._streams(quantity, revenue),
            **plain_settings(self.parameters, self.horizon),
        }

    @property
    @recalled
    def conversion(self) -> CurrencyConversion:
        """What one unit of each currency is worth."""
        return money.currency_conversion(self.extract, self.parameters)

    @property
    @recalled
    def sources(self) -> pl.DataFrame:
        """The source of each item-location."""
        return supply.chosen_sources(self.extract, self.rows)

    @recalled
    def _signal(self, lines: pl.DataFrame) -> tuple[Array, BoolArray, Array, Array]:
        """Demand by series, NaN outside its life; where lines were promoted; quantity and revenue without NaN."""
        found = demand.signal_of(lines, self.extract, self.rows, self.periods, self.conversion)
        quantity, revenue = np.nan_to_num(found.demand_history), np.nan_to_num(found.revenue_history)
        return found.demand_history, found.promoted, quantity, revenue

    @recalled
    def _demand(self, asked: Array, promoted: BoolArray, quantity: Array, revenue: Array) -> dict[str, Value]:
        past_effect = demand.effect_of_promotions(self.extract, self.rows, self.periods.of("history"))
        return {
            "season_profile": self._by_place(self._season_profile(np.where(np.isfinite(asked), quantity, np.nan))),
            "forecast_levels": demand.forecast_levels(self.rows),
            "demand_history": by_series(self.rows, quantity),
            "revenue_history": by_series(self.rows, revenue),
            "past_promotion_effect": by_series(self.rows, past_effect),
            "promotion_effect": by_series(self.rows, self._planned_effect(asked, promoted)),
            "active": by_series(self.rows, demand.active(self.extract, self.rows, self.horizon) * self._to_come()),
            "open_orders": by_series(
                self.rows, demand.open_orders(self.extract, self.rows, self.periods, self.parameters)
            ),
            "place_of_demand": self._places_of_demand(),
            "class_rank": shared_blocks(self.rows, ranks_of_classes(self.rows, self.parameters)),
        }

    def _planned_effect(self, asked: Array, promoted: BoolArray) -> Array:
        """What planned promotions add; one that states no uplift does what past ones did."""
        stated = demand.true_promotions(self.extract)["expected_uplift"]
        measured = demand.past_uplift(asked, promoted) if stated.null_count() else None
        return demand.effect_of_promotions(self.extract, self.rows, self.horizon, measured)

    def _season_profile(self, history: Array) -> Array:
        """Season of each item-location's family, `[phase, place]`, for young items to borrow."""
        families = self.rows.demand.names("product_family")
        group = self.rows.demand.codes("product_family")
        profile = pooled_profile(history, group, len(families), self.horizon.periods_per_year)
        column = {family: i for i, family in enumerate(families)}
        of_place = np.array([column.get(family, -1) for family in self.rows.places.members["product_family"]])
        found = profile[:, np.maximum(of_place, 0)]
        return np.where(of_place >= 0, found, np.nan)

    def _money(self, quantity: Array, revenue: Array) -> dict[str, Value]:
        realised = self._realised(quantity, revenue)
        return {
            **self._prices(realised),
            "reference_price": self._reference_price(realised),
            **self._costs(self.cost),
            "budget_revenue": self._budget(revenue),
            **self._cost_parts(),
            **self._terms_of_payment(self.cost),
        }

    @recalled
    def _realised(self, quantity: Array, revenue: Array) -> Array:
        """What each series was sold at lately, by series [money/unit]."""
        recent = slice(-self.parameters.price_periods, None)
        return realised_prices(quantity[recent].sum(axis=0), revenue[recent].sum(axis=0), self.rows)

    @recalled
    def _prices(self, realised: Array) -> dict[str, Value]:
        book = PriceBook(self.extract, self.rows, self.parameters, self.conversion)
        net, listed = book.net(self.horizon, realised), book.listed(self.horizon)
        return {"price": by_series(self.rows, net), "list_price": shared_blocks(self.rows, listed)}

    @recalled
    def _costs(self, standard: Array) -> dict[str, Value]:
        of_series = by_series(self.rows, standard[:, self.rows.place_of_demand])
        return {"unit_cost": of_series, "standard_cost": self._by_place(standard)}

    @recalled
    def _budget(self, revenue: Array) -> Blocks:
        season = season_of(revenue, self.horizon.periods_per_year)
        earned = revenue[-self.parameters.price_periods :].sum(axis=0)
        spread = BudgetSpread(self.extract, self.rows, self.conversion, basis=earned, season=season)
        version, phase = self.parameters.budget_version, self.periods.history_count
        return by_series(self.rows, spread.revenue(version, self.horizon, phase=phase))

    @property
    @recalled
    def cost(self) -> Array:
        """Standard cost of each item-location in each period, `[period, place]` [money/unit]."""
        stated = money.standard_costs(self.extract, self.rows, self.horizon, self.conversion)
        if self.parameters.cost_basis == "rolled_up":
            return np.broadcast_to(self.rolled.total, stated.shape)
        return np.where(np.isnan(stated), self.rolled.total, stated)

    @property
    @recalled
    def rolled(self) -> CostParts:
        """Standard cost rolled up from bills, hours, rates and prices, by item-location."""
        first = self.horizon.window(0, 1)
        return cost.rolled_up_cost(
            self.extract, self.rows, self.sources, self.network, first, self.conversion, self.parameters
        )

    @property
    @recalled
    def network(self) -> SupplyNetwork:
        """What each item-location is made of, or shipped from."""
        return supply.supply_network(self.extract, self.rows, self.sources, self.horizon)

    @recalled
    def _cost_parts(self) -> dict[str, Value]:
        stated, first = self.parameters.cost_basis == "stated", self.horizon.window(0, 1)
        shares = cost.cost_shares(self.extract, self.rows, first, self.conversion, self.rolled, stated=stated)
        variable = cost.variable_shares(shares, self.parameters)
        return {
            **{f"{part}_share": self._shared_places(getattr(shares, part)) for part in PARTS},
            "variable_share": shared_blocks(self.rows, variable[self.rows.place_of_demand]),
        }

    @recalled
    def _terms_of_payment(self, standard: Array) -> dict[str, Value]:
        price = cost.purchase_prices(self.extract, self.rows, self.sources, self.horizon, self.conversion, standard)
        past = payment.purchase_history(self.extract, self.rows, self.periods, self.conversion, price[0])
        owed = payment.supplier_days(self.rows, self.sources, self.extract, self.parameters)
        return {
            "purchase_price": self._shared_places(price),
            "purchase_history": self._shared_places(past),
            "customer_payment_days": shared_blocks(
                self.rows, payment.customer_days(self.extract, self.rows, self.parameters)
            ),
            "supplier_payment_days": self._shared_places(owed),
        }

    @recalled
    def _reference_price(self, realised: Array) -> Blocks:
        """The price that demand is used to, by series, before anybody changed one: of the last past period.

        Where no price was on record then, that of the first planned period.
        """
        unknown = np.full(realised.shape, np.nan)
        last, first = self.periods.of("history"), self.horizon.window(0, 1)
        now = last.window(last.size - 1, last.size)
        book = PriceBook(self.stated, self.rows, self.parameters, self.conversion)
        known = [book.net(span, unknown)[0] for span in (now, first)]
        fallback = book.net(first, realised)[0]
        reference: Array = np.where((known[0] > 0) & (known[1] > 0), known[0], fallback)
        return by_series(self.rows, reference)

    def _supply(self) -> dict[str, Value]:
        return {**self._stock(), "supply_terms": self._supply_terms(), "bill": self._bill(), "network": self.network}

    @recalled
    def _stock(self) -> dict[str, Value]:
        days, spread = supply.lead_times(self.extract, self.rows, self.sources, self.parameters)
        opening = supply.opening_inventory(self.extract, self.rows)
        return {
            "opening_inventory": self._by_place(opening),
            "scheduled_receipts": self._by_place(supply.scheduled_receipts(self.extract, self.rows, self.periods)),
            "lead_time_days": self._by_place(days),
            "lead_time_std_days": self._by_place(spread),
            "given_safety_stock": self._by_place(supply.given_safety_stock(self.extract, self.rows)),
            "given_safety_days": self._by_place(supply.given_safety_days(self.extract, self.rows)),
            "planning_fence": planning_fence(self.extract, self.rows, self.parameters, self.horizon),
            "open_supply": open_supply(self.extract, self.rows, self.periods, self.parameters),
            **dict.fromkeys(("minimum_receipts", "maximum_receipts"), self._unsaid(self.rows.places)),
            "ration": self._unsaid(self.rows.demand),
            "lever_cost": self._nothing(self.rows.demand),
            "capacity_available": cut(self._capacity(), ((0, self.rows.resources.size),)),
        }

    def _nothing(self, series: SeriesIndex) -> Blocks:
        """Zeros, `[period, series]`."""
        return tuple(uniform_block((self.horizon.size, stop - start), 0.0) for start, stop in series.cuts)

    def _unsaid(self, series: SeriesIndex) -> Blocks:
        """What nobody has set, `[period, series]`."""
        return tuple(silent_block((self.horizon.size, stop - start)) for start, stop in series.cuts)

    @recalled
    def _supply_terms(self) -> SupplyTerms:
        return supply_terms(self.extract, self.rows, self.periods, self.sources, self.conversion)

    @recalled
    def _bill(self) -> ResourceBill:
        return supply.resource_bill(self.extract, self.rows, self.sources, float(self.horizon.days.mean()))

    def _capacity(self) -> Array:
        return capacity.capacity_available(self.extract, self.rows, self.periods) * self._to_come()

    def _to_come(self) -> Array:
        """Share of each period that is still to come: of a period that runs, only the rest is planned."""
        return self.periods.open_share(self.extract.as_of)[:, None]

    def _service(self, quantity: Array, revenue: Array, promoted: BoolArray) -> dict[str, Value]:
        classes = self._classes(self._worth(quantity, revenue))
        told, found = self._policies(quantity, classes, self._xyz(quantity, promoted))
        lots = self._lots(told, self.cost)
        least = self._shared_places(lots.minimum)
        found |= {"lots": lots, "order_cost": self._shared_places(self.order_cost), "least_order": least}
        return {**found, "source_rows": self._source_rows(lots, self.network)}

    @property
    @recalled
    def order_cost(self) -> Array:
        """Money for each order, by item-location."""
        return supply.order_costs(self.extract, self.rows, self.parameters.order_cost)

    @recalled
    def _classes(self, worth: Array) -> IntArray:
        return abc_classes(self.extract, worth, self.rows, self.parameters)

    @recalled
    def _policies(self, quantity: Array, classes: IntArray, xyz: IntArray) -> tuple[PlacePolicies, dict[str, Value]]:
        policy = self.parameters.policy
        asked = classes if policy.follows_value else segments.service_classes(policy, classes, xyz)
        told = place_policies(self.extract, self.rows, self.horizon, self.parameters, abc=asked, history=quantity)
        found = policy_inputs(told, self.extract, self.rows, self.horizon, self.parameters, abc=asked)
        return told, {
            "level_only": segments.level_only(policy, classes, xyz).astype(np.float64),
            **{name: self._shared_places(row) for name, row in found.items()},
            "supply_priority": classes.astype(np.float64),
        }

    @recalled
    def _source_rows(self, lots: LotSizes, network: SupplyNetwork) -> SourceRows:
        """Network, hours and lots with every source that is used in the horizon."""
        if self.extract.tables["bom"]["co_product"].any():
            network = supply.network_with_co_products(self.extract, self.rows, self.sources, self.horizon)
        split = split_sources(self.extract, self.rows, self.sources, self.horizon)
        return add_sources(network, self._bill(), lots, split, lambda row: supply.name_of_place(self.rows, row))

    @recalled
    def _lots(self, told: PlacePolicies, standard: Array) -> LotSizes:
        """Lots of master data, with what written rules of ordering ask for."""
        rate = self.parameters.holding_rate / self.horizon.periods_per_year
        stated = supply.lot_sizes(self.extract, self.rows, self.sources)
        return ordered_lots(stated, told, self.horizon, order_cost=self.order_cost, holding_cost=rate * standard[0])

    @recalled
    def _worth(self, quantity: Array, revenue: Array) -> Array:
        """What ABC ranks by, `[period, series]`: revenue, or what is left of it at the standard cost of today."""
        if self.parameters.abc_by == "revenue":
            return revenue
        margin: Array = revenue - quantity * self.cost[0, self.rows.place_of_demand]
        return margin

    @recalled
    def _xyz(self, quantity: Array, promoted: BoolArray) -> IntArray:
        """Forecastability class of each item-location's item, 0 for X; looked at only where a segment asks for more."""
        policy, knobs = self.parameters.policy, self.parameters
        if policy.follows_value and policy.one_method:
            return np.zeros(self.rows.places.size, np.int64)
        names = self.rows.demand.names("item")
        variation = segments.item_variation(
            quantity, promoted, self.rows.demand.codes("item"), len(names), self.horizon.periods_per_year
        )
        classes = segments.item_xyz(variation, (knobs.xyz_cut_x, knobs.xyz_cut_y))
        of_item = dict(zip(names, classes.tolist(), strict=True))
        return np.array([of_item.get(item, 2) for item in self.rows.places.members["item"]], dtype=np.int64)

    def _streams(self, quantity: Array, revenue: Array) -> dict[str, Value]:
        return self._stream_inputs(quantity, self._classes(revenue))

    @recalled
    def _stream_inputs(self, quantity: Array, classes: IntArray) -> dict[str, Value]:
        abc = classes[self.rows.place_of_demand]
        return streams.stream_inputs(self.extract, self.rows, self.periods, self.parameters, history=quantity, abc=abc)

    def _places_of_demand(self) -> Value:
        cuts = zip(self.rows.demand.cuts, self.rows.places.cuts, strict=True)
        local = [self.rows.place_of_demand[a:b] - first for (a, b), (first, _) in cuts]
        for part in local:
            part.flags.writeable = False
        return tuple(local)

    def _shared_places(self, values: Array) -> Blocks:
        return tuple(shared_block(block) for block in self._by_place(values))

    def _by_place(self, values: Array) -> Blocks:
        return cut(values, self.rows.places.cuts)


def abc_classes(extract: Extract, revenue: Array, rows: PlanRows, parameters: PlanParameters) -> IntArray:
    """ABC class of each item-location's item: as its master states, else by recent revenue; never sold is C."""
    recent = revenue[-parameters.price_periods :].sum(axis=0)
    names = rows.demand.names("item")
    by_item = scatter_add(np.maximum(recent, 0.0)[None], rows.demand.codes("item"), len(names))[0]
    codes = classify_abc(by_item, (parameters.abc_cut_a, parameters.abc_cut_b))
    ranked = dict(zip(names, codes.tolist(), strict=True))
    measured = np.array([ranked.get(item, 2) for item in rows.places.members["item"]], dtype=np.int64)
    stated = supply.stated_classes(extract, rows)
    return np.where(stated >= 0, stated, measured)
