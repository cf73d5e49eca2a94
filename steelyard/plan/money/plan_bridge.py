"""Plan bridge: why revenue or margin differs between two plans; exact also where their exchange rates differ."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import cast

import numpy as np

from steelyard.grid.block import Array, Blocks, join
from steelyard.grid.rollup import divide
from steelyard.grid.series import Scope
from steelyard.plan.inputs import PlanInputs, freeze_inputs
from steelyard.plan.money.bridge import Bridged, MoneyBridge, bridge_versions
from steelyard.plan.money.version import MoneyVersion, plan_money
from steelyard.plan.numbers import Periods, PlanNumbers


def bridge_money(
    before: PlanNumbers,
    after: PlanNumbers,
    measure: Bridged = "gross_margin",
    *,
    by: Sequence[str] = (),
    group: str = "product_family",
    scope: Scope | None = None,
    periods: Periods = None,
) -> MoneyBridge:
    """Take the difference of money between two plans apart; see `bridge_versions`.

    Args:
        before: The plan the bridge starts from.
        after: The plan it leads to; may stand on another extract.
        measure: revenue, gross_margin or contribution.
        by: Levels of the detail.
        group: Level within which quantities are added, so that mix is a shift within its members.
        scope: Members by level.
        periods: A period, a first and last period, or all that both have.

    Raises:
        PlanError: The plans have no period in common.
        UnknownMember: A level or member that neither plan has.
    """
    first, second = plan_money(before), _at_rates_of(before, after)
    return bridge_versions(first, second, measure, by=by, group=group, scope=scope, periods=periods)


def _at_rates_of(before: PlanNumbers, after: PlanNumbers) -> MoneyVersion:
    """The money of the plan after, restated at the exchange rates of the plan before where those differ."""
    version, held = plan_money(after), _inputs_at_rates(before, after)
    if held is None:
        return version
    shift = {name: _shift(after, held, name) for name in ("price", "unit_cost")}
    return replace(
        version,
        revenue_at_plan_rates=version.revenue * shift["price"],
        cogs_at_plan_rates=version.cogs * shift["unit_cost"],
    )


def _shift(plan: PlanNumbers, held: PlanInputs, name: str) -> Array:
    now, then = (join(cast(Blocks, inputs.values[name])) for inputs in (plan.inputs, held))
    ratio = divide(then, now)
    return np.where(np.isfinite(ratio), ratio, 1.0)


def _inputs_at_rates(before: PlanNumbers, after: PlanNumbers) -> PlanInputs | None:
    """Inputs of the plan after with the currency rates of the plan before."""
    old, new = (plan.maker.extract(plan.inputs.extract) for plan in (before, after))
    kind = before.inputs.parameters.plan_rate
    if kind == after.inputs.parameters.plan_rate and old.tables["currency_rate"].equals(new.tables["currency_rate"]):
        return None
    tables = MappingProxyType({**new.tables, "currency_rate": old.tables["currency_rate"]})
    held = after.inputs.parameters.with_value("plan_rate", kind)
    laid = [change for change in after.changes if not change.moves_cells and change.kind != "parameter"]
    return freeze_inputs(replace(new, tables=tables), held, laid)
