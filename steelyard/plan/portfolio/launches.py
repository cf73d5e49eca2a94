"""Launches: every launch of a plan with its gate, its curve, what it promises and what it takes."""

from datetime import timedelta

import numpy as np
import polars as pl

from steelyard.errors import NotFound
from steelyard.grid.block import Array, join
from steelyard.plan.inputs.life import LaunchRecord
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.portfolio.product_facts import CONSTRAINT_LOAD, ProductFacts
from steelyard.plan.stages.life import FLOWS, gather
from steelyard.portfolio.hand_over import hand_over_weight
from steelyard.portfolio.launch_priority import constraint_hours, margin_per_hour, rank_launches
from steelyard.portfolio.life_cycle import gate_word, life_state
from steelyard.portfolio.life_plan import launch_level, promised_demand

COLUMNS: dict[str, pl.DataType] = {
    "item": pl.String(), "description": pl.String(), "family": pl.String(), "state": pl.String(),
    "launch_date": pl.Date(), "planned_first": pl.Date(), "slip_days": pl.Int64(), "gate": pl.String(),
    "gate_date": pl.Date(), "decide_by": pl.Date(), "next": pl.String(), "like_items": pl.String(),
    "succeeds": pl.String(), "takes_from": pl.String(), "ramp_periods": pl.Int64(), "actuals": pl.Int64(),
    "shown_level": pl.Float64(), "statistics_weight": pl.Float64(), "units": pl.Float64(), "revenue": pl.Float64(),
    "margin": pl.Float64(), "lost_to_others": pl.Float64(), "unit_margin": pl.Float64(),
    "constraint_hours": pl.Float64(), "margin_per_hour": pl.Float64(), "rank": pl.Int64(), "gaps": pl.String(),
    "source": pl.String(),
}  # fmt: skip
"""Columns of the list of launches."""


def launch_list(plan: PlanNumbers, facts: ProductFacts | None = None) -> pl.DataFrame:
    """Every launch, the nearest first.

    `units`, `revenue` and `margin` are those of its first year, as far as it is planned: unconstrained demand, and the
    revenue and margin that supply can serve. `margin_per_hour` is the unit margin by the hours it takes on constraints;
    null where it takes none, which ranks first.

    Returns:
        One row a launch; see `COLUMNS`.
    """
    known = facts or ProductFacts(plan)
    records = list(known.life.launches.values())
    if not records:
        return pl.DataFrame(schema=COLUMNS)
    levels, shown = _levels(known), _Money(known)
    rows = [_row(known, shown, record, levels[n]) for n, record in enumerate(records)]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return _ranked(frame).sort("launch_date", "item", maintain_order=True)


class _Money:
    """Numbers by item and period that all launches are read from."""

    def __init__(self, facts: ProductFacts) -> None:
        self.facts, plan = facts, facts.plan
        self.measures = {name: join(plan.blocks(name)) for name in ("unconstrained_demand", "revenue", "gross_margin")}
        self.taken = join(plan.blocks("cannibalisation"))
        self.hours = constraint_hours(facts.unit_hours, facts.peak_load, CONSTRAINT_LOAD)

    def first_year(self, measure: str, record: LaunchRecord) -> float:
        """A measure from the launch (or now) on, over one season."""
        rows = np.flatnonzero(self.facts.item_of_series == self.facts.place_of.get(record.item, -1))
        start = max(self.facts.periods_until(record.date) - 1, 0)
        return float(self.measures[measure][start : start + self.facts.season][:, rows].sum())


def _levels(facts: ProductFacts) -> list[float]:
    """How each launch does against its curve; 1 where there is nothing to compare."""
    plan = facts.life_plan
    if not plan.rows.size or not plan.launched.row.size:
        return [1.0] * plan.launched.volume.size
    found = facts.plan.values
    parts: list[Array] = [gather(found[name], plan.rows) for name in FLOWS]  # type: ignore[arg-type]
    timeline = np.concatenate((np.maximum(parts[0], 0.0), parts[2]))
    alive = np.concatenate((parts[1] > 0, parts[4] > 0))
    return [float(level) for level in launch_level(plan, timeline, promised_demand(plan, timeline, alive))]


def _row(facts: ProductFacts, money: _Money, record: LaunchRecord, level: float) -> tuple[object, ...]:
    at = facts.place_of.get(record.item, -1)
    described = facts.items.row(at, named=True) if at >= 0 else {}
    number = list(facts.life.launches).index(record.item)
    actuals = float(facts.life_plan.launched.actuals[number])
    knobs = facts.plan.inputs.parameters
    settled = float(knobs.launch_settled_periods)
    weight = float(hand_over_weight(np.array([actuals]), knobs.launch_prior_periods, settled)[0])
    weight = weight if record.like or record.volume is not None else 1.0
    lead = facts.lead_days(record.item)
    to_launch = (record.date - facts.as_of).days
    to_gate = None if record.gate_date is None else (record.gate_date - facts.as_of).days
    unit = float(facts.unit_price[at] - facts.unit_cost[at]) if at >= 0 else 0.0
    hours = float(money.hours[at]) if at >= 0 else 0.0
    return (
        record.item, described.get("description"), described.get("family"), _state(facts, record, int(actuals)),
        record.date, record.first_date or record.date, (record.date - (record.first_date or record.date)).days,
        record.gate, record.gate_date, record.date - timedelta(days=round(lead)),
        gate_word(record.gate, to_gate, to_launch, lead), _weights(record.like), _succeeds(facts, record.item),
        _weights(record.takes_from), len(record.shares), int(actuals), level, weight,
        money.first_year("unconstrained_demand", record), money.first_year("revenue", record),
        money.first_year("gross_margin", record), _lost(facts, money, record), unit, hours,
        float(margin_per_hour(np.array([unit]), np.array([hours]))[0]), 0, _gaps(facts, record, at), record.source,
    )  # fmt: skip


def _state(facts: ProductFacts, record: LaunchRecord, actuals: int) -> str:
    end = facts.life.phase_outs.get(record.item)
    return life_state(
        facts.periods_until(record.date) - 1 if record.date <= facts.as_of else facts.periods_until(record.date),
        None if end is None else facts.periods_until(end.date),
        ramp=len(record.shares),
        actuals=actuals,
        settled_after=facts.plan.inputs.parameters.launch_settled_periods,
    ).value


def _weights(given: object) -> str:
    return ", ".join(f"{item} {weight:.0%}" for item, weight in dict(given).items())  # type: ignore[call-overload]


def _succeeds(facts: ProductFacts, item: str) -> str:
    return ", ".join(record.old for record in facts.life.successions if record.new == item)


def _lost(facts: ProductFacts, money: _Money, record: LaunchRecord) -> float:
    """Units that older items lose to it over the horizon, shared out where several launches take from one item."""
    if not record.takes_from:
        return 0.0
    numbers = [facts.place_of[item] for item in record.takes_from if item in facts.place_of]
    return float(money.taken[:, np.isin(facts.item_of_series, numbers)].sum())


def _gaps(facts: ProductFacts, record: LaunchRecord, at: int) -> str:
    """What the launch still lacks before its numbers can be trusted, in words."""
    number = list(facts.life.launches).index(record.item)
    launched = facts.life_plan.launched
    promised = bool((launched.launch == number).any()) if launched.launch.size else False
    succeeds = bool(_succeeds(facts, record.item))
    made = facts.extract.tables["source"].filter(pl.col("item_id") == record.item).height
    found = {
        "no like-item and no volume": not (promised or succeeds or launched.actuals[number] > 0),
        "no series": at < 0,
        "no price": at >= 0 and facts.unit_price[at] <= 0,
        "no cost": at >= 0 and facts.unit_cost[at] <= 0,
        "no source of supply": made == 0,
        "demand set by hand": _set_by_hand(facts.plan, record.item),
        "streams ask for it before the launch": _asked_early(facts, record),
    }
    return ", ".join(name for name, lacks in found.items() if lacks)


def _set_by_hand(plan: PlanNumbers, item: str) -> bool:
    """Whether somebody set the consensus of the item, which then no longer follows the launch."""
    return any(
        change.kind == "set" and change.measure == "consensus_demand" and change.scope.get("item") == (item,)
        for change in plan.changes
    )


def _asked_early(facts: ProductFacts, record: LaunchRecord) -> bool:
    """Whether sales, marketing or a customer still counts on the item before its launch."""
    start = max(facts.periods_until(record.date) - 1, 0)
    ahead = facts.over_time("consensus_demand", [record.item]) - facts.over_time("unconstrained_demand", [record.item])
    return bool(ahead[:start].sum() > 0.5)


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    """Rank by margin per constraint hour, then by margin of the first year; what takes no such hour comes first."""
    worth = frame["margin_per_hour"].to_numpy()
    rank = rank_launches(worth, frame["margin"].to_numpy())
    free = pl.col("margin_per_hour").is_infinite()
    return frame.with_columns(
        pl.Series("rank", rank), pl.when(free).then(None).otherwise(pl.col("margin_per_hour")).alias("margin_per_hour")
    )


def known_launch(facts: ProductFacts, item: str) -> LaunchRecord:
    """The launch of an item.

    Raises:
        NotFound: The plan has none; the message names the items that are launched.
    """
    if item not in facts.life.launches:
        known = ", ".join(list(facts.life.launches)[:8]) or "none"
        raise NotFound(
            f"{item!r} is not launched in this plan", where=f"launches: {known}", mend="enter its launch first"
        )
    return facts.life.launches[item]


def launch_curve(plan: PlanNumbers, item: str, facts: ProductFacts | None = None) -> pl.DataFrame:
    """One launch over time.

    Returns:
        Columns period, factor (share of full volume), history, statistical_forecast, launch_forecast, demand; null
        where a measure does not cover the period.

    Raises:
        NotFound: The plan has no such launch.
    """
    known = facts or ProductFacts(plan)
    known_launch(known, item)
    number = list(known.life.launches).index(item)
    labels = plan.calendar.labels
    past, ahead = plan.history.size, plan.horizon.size
    factor = known.life_plan.launched.factor[:, number]
    nothing = [None] * past
    planned = {
        name: nothing + known.over_time(measure, [item]).tolist()
        for name, measure in (
            ("statistical_forecast", "statistical_forecast"), ("launch_forecast", "launch_forecast"),
            ("demand", "unconstrained_demand"),
        )
    }  # fmt: skip
    history = known.over_time("demand_history", [item]).tolist() + [None] * ahead
    return pl.DataFrame({"period": list(labels), "factor": factor.tolist(), "history": history, **planned})
