"""Capacity options as the page shows them: what was asked, how each is ranked, and where hours are missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import cast, get_args

import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.plan.plan import Plan
from steelyard.plan.review.capacity_options import ResourceOption, rank_options
from steelyard.plan.review.option_proposals import known_options
from steelyard.plan.review.pricing import HourWorth
from steelyard.supply.capacity_option import CapacityOption, OptionKind
from steelyard.web.capacity.selectors import json_text
from steelyard.web.scorecard.charts import Option, column, heat_map, money_scale, ranking
from steelyard.web.worksheet.columns import short_label

KINDS: tuple[str, ...] = get_args(OptionKind)
FIELDS = ("hours", "cost_per_hour", "fixed_cost", "lead_periods", "capex", "steps", "residual_share", "least_periods")
_WHOLE = ("lead_periods", "steps", "least_periods")
_UNSAID = {"steps": 1.0, "least_periods": 1.0}
DISCOUNT = 0.10
SHOWN = 20


@dataclass(frozen=True)
class OptionsPage:
    """What the page shows."""

    worth: Option
    """Net present value of each option, best first."""
    prices: Option
    """What an hour is worth, by resource and period."""
    rows: list[dict[str, object]]
    """Options with lead time, capex, net present value and payback; each with what it takes to lay it on a branch."""
    capex: float
    """Capex of the options that earn money."""
    best: dict[str, object] | None

    @property
    def worth_json(self) -> str:
        """The first picture as a fragment carries it."""
        return json_text(self.worth)

    @property
    def prices_json(self) -> str:
        """The second picture as a fragment carries it."""
        return json_text(self.prices)


def asked_option(given: Mapping[str, str]) -> ResourceOption | None:
    """The option that a form or an address describes; None where it describes none.

    Raises:
        ChangeInvalid: Its kind is unknown or a number cannot be read.
        ModelError: Its numbers describe no option.
    """
    resource, name = given.get("resource", "").strip(), given.get("name", "").strip()[:80]
    if not (resource and name):
        return None
    kind = given.get("kind", "line")
    if kind not in KINDS:
        raise ChangeInvalid(f"{kind!r} is no kind of option", mend=f"use one of {', '.join(KINDS)}")
    numbers = {field: number_of(field, given.get(field, "")) for field in FIELDS}
    return ResourceOption(resource, _option(name, cast(OptionKind, kind), numbers))


def options_of(plan: Plan, asked: ResourceOption | None, worth: HourWorth) -> list[ResourceOption]:
    """The option asked for, overtime of the master data, and other sources and subcontractors of the extract."""
    return [*([asked] if asked else []), *known_options(plan, worth)]


def options_page(
    plan: Plan, asked: ResourceOption | None, currency: str, worth: HourWorth, discount: float = DISCOUNT
) -> OptionsPage:
    """Rank the options of a plan on what its hours are worth.

    Raises:
        PlanError: No hour is worth anything, or the plan does not hold the resource asked for.
    """
    options = options_of(plan, asked, worth)
    ranked = rank_options(plan, options, discount_rate=discount, worth=worth)
    known = {(one.resource, one.option.name): one.option for one in options}
    rows = [_row(row, known[row["resource"], row["option"]]) for row in ranked.iter_rows(named=True)]
    earning = ranked.filter(pl.col("npv") > 0) if ranked.height else ranked
    return OptionsPage(
        _worth_picture(ranked.head(SHOWN), currency), price_map(plan, worth), rows,
        float(earning["capex"].sum()) if earning.height else 0.0, rows[0] if earning.height else None,
    )  # fmt: skip


def price_map(plan: Plan, hours: HourWorth) -> Option:
    """What an hour is worth by period, for resources where hours are missing or worth anything, dearest first.

    Prices are percent of the dearest hour, so that a glance tells where it hurts.
    """
    price, missing = hours.price, hours.missing
    names = plan.inputs.series["resource"].members["resource"].to_list()
    worth = (price * missing.clip(min=1.0)).sum(axis=0)
    shown = [int(r) for r in worth.argsort()[::-1][:SHOWN] if price[:, r].any()]
    most = float(price.max())
    cells = [(t, y, 100.0 * float(price[t, r]) / most) for y, r in enumerate(shown) for t in range(len(price))]
    return heat_map([short_label(label) for label in plan.horizon.labels], [names[r] for r in shown], cells)


def _worth_picture(ranked: pl.DataFrame, currency: str) -> Option:
    if not ranked.height:
        return {"series": []}
    scale, mark = money_scale(ranked, ["npv"])
    labels = [f"{row['resource']} {row['option']}" for row in ranked.iter_rows(named=True)]
    return ranking(
        labels, column(ranked, "npv", scale), unit=f"Net present value, {currency} {mark}".strip(), signed=True
    )


def _row(row: dict[str, object], option: CapacityOption) -> dict[str, object]:
    return {
        **row,
        "lead_periods": option.lead_periods,
        "fields": [("name", option.name), ("kind", option.kind), *((f, getattr(option, f)) for f in FIELDS)],
    }


def _option(name: str, kind: OptionKind, numbers: Mapping[str, float]) -> CapacityOption:
    return CapacityOption(
        name, kind, numbers["hours"], numbers["cost_per_hour"], numbers["fixed_cost"], int(numbers["lead_periods"]),
        numbers["capex"], int(numbers["steps"]), numbers["residual_share"], int(numbers["least_periods"]),
    )  # fmt: skip


def number_of(field: str, text: str) -> float:
    """A number of an option that people may leave out.

    Raises:
        ChangeInvalid: It is no number, or no whole one where only those make sense.
    """
    plain = text.strip().replace(",", "")
    if not plain:
        return _UNSAID.get(field, 0.0)
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or (field in _WHOLE and value != int(value)):
        wanted = "a whole number" if field in _WHOLE else "a number"
        raise ChangeInvalid(f"{text[:40]!r} is no number", where=field.replace("_", " "), mend=f"enter {wanted}")
    return value
