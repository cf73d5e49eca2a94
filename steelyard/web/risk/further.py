"""Further selectors of risk: drivers of the best plan, sweeps, risks in money, owners, signposts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.calibration import OwnerRecord, owner_records
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.expected import ExpectedValue, expected_value
from steelyard.plan.uncertainty.model_driver import drivers_of, usual_drivers
from steelyard.plan.uncertainty.sensitivity import sweep
from steelyard.plan.uncertainty.signpost_reading import SignpostState, read_signposts
from steelyard.plan.uncertainty.warm_tornado import WarmTornado, warm_tornado
from steelyard.web.accounts.sight import sees_scope
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.registers import seen_assumptions, seen_risks

FEWEST_STEPS, MOST_STEPS = 2, 21
_warm: Answers["DriverView"] = Answers("Solving for each driver", 6, long=True)
_expected: Answers[ExpectedValue] = Answers("Putting risks in money", 6)
_sweeps: Answers["SweepView"] = Answers("Planning each step", 16, long=True)


@dataclass(frozen=True)
class DriverView:
    """A warm tornado, and whether its ranges were stated or are the usual ones."""

    tornado: WarmTornado
    stated: bool
    left_out: tuple[str, ...]
    """Assumptions whose measure a supply model does not know."""


@dataclass(frozen=True)
class SweepView:
    """A number at each percentage of one parameter."""

    percents: tuple[float, ...]
    values: tuple[float, ...]
    unit: str


def drivers_view(plan: Plan) -> DriverView:
    """What moves the best supply plan: the assumptions with a range, or where there are none the usual drivers.

    Raises:
        PlanError: The plan is too large to be solved again and again.
    """
    day = extract_of(plan.inputs.extract).as_of
    entries = [one for one in seen_assumptions(plan) if one.counts_on(day)]

    def make() -> DriverView:
        base = balance_base(plan)
        stated, left = drivers_of(base, entries)
        found = warm_tornado(base.full, stated or usual_drivers(base), base.cost)
        return DriverView(found, bool(stated), tuple(one.statement for one in left))

    return _warm.of(plan, make, repr(entries))


def sweep_view(plan: Plan, effect: Effect, measure: str, steps: int) -> SweepView:
    """A measure of the plan with one parameter moved from the low to the high end of a range, in steps.

    Raises:
        ChangeInvalid: The number of steps is out of range, or the effect does not fit the plan.
        NotFound: The plan has no such measure.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise ChangeInvalid(f"{steps} steps cannot be made", mend=f"ask for {FEWEST_STEPS} to {MOST_STEPS}")
    unit = plan.measure(measure).unit
    percents = tuple(round(float(value), 4) for value in np.linspace(effect.low, effect.high, steps))

    def make() -> SweepView:
        return SweepView(percents, sweep(plan, effect, percents, measure), unit)

    return _sweeps.of(plan, make, repr((effect, measure, steps)))


def expected_view(plan: Plan, measure: str = "gross_margin") -> ExpectedValue:
    """Open risks and opportunities in money."""
    risks = seen_risks(plan)
    return _expected.of(plan, lambda: expected_value(plan, risks, measure), measure, repr(risks))


def owners_view(plan: Plan) -> Sequence[OwnerRecord]:
    """What came of each owner's assumptions and risks."""
    return owner_records(seen_assumptions(plan), seen_risks(plan))


def signposts_view(plan: Plan) -> tuple[SignpostState, ...]:
    """The signposts a person may see, held against a plan; those that are crossed first."""
    entries = workspace().records.registers.signposts.entries()
    return read_signposts(plan, [one for one in entries if sees_scope(plan, one.scope)])
