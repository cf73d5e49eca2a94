"""Further selectors of risk: drivers of the best plan, sweeps, risks in money, owners, signposts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.plan.balancing.block import BlockTold
from steelyard.plan.plan import Plan
from steelyard.plan.uncertainty.calibration import OwnerRecord, owner_records
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.expected import ExpectedValue, expected_value
from steelyard.plan.uncertainty.plan_drivers import plan_drivers
from steelyard.plan.uncertainty.robust_choice import RobustChoice, choose_robustly, stated_futures
from steelyard.plan.uncertainty.sensitivity import sweep
from steelyard.plan.uncertainty.signpost_reading import SignpostState, read_signposts
from steelyard.plan.uncertainty.warm_tornado import WarmTornado
from steelyard.web.accounts.sight import require_measure, require_money, sees_scope, sight
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import counting_assumptions, seen_assumptions, seen_risks

FEWEST_STEPS, MOST_STEPS = 2, 21
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6
_warm: Answers["DriverView"] = Answers("Solving for each driver", 6, long=True)
_expected: Answers[ExpectedValue] = Answers("Putting risks in money", 6)
_robust: Answers["RobustView"] = Answers("Planning every scenario in every future", 6, long=True)
_sweeps: Answers["SweepView"] = Answers("Planning each step", 16, long=True)


@dataclass(frozen=True)
class DriverView:
    """A warm tornado, and whether its ranges were stated or are the usual ones."""

    tornado: WarmTornado
    stated: bool
    left_out: tuple[str, ...]
    """Assumptions whose measure a supply model does not know."""
    block: BlockTold | None
    """What to know where it is of a block of a large plan."""


@dataclass(frozen=True)
class SweepView:
    """A number at each percentage of one parameter."""

    percents: tuple[float, ...]
    values: tuple[float, ...]
    unit: str


@dataclass(frozen=True)
class RobustView:
    """A robust choice, and the risks that could not be laid on a plan."""

    choice: RobustChoice
    left_out: tuple[str, ...]


def drivers_view(plan: Plan) -> DriverView:
    """What moves the best supply plan: the assumptions with a range, or where there are none the usual drivers.

    Raises:
        NotAllowed: The person does not see the money that the best plan weighs.
        PlanError: No block of a large plan is small enough, or nothing of it is short.
    """
    require_money("The best plan")
    entries = counting_assumptions(plan)

    def make() -> DriverView:
        found = plan_drivers(plan, entries)
        return DriverView(found.tornado, found.stated, tuple(one.statement for one in found.left_out), found.block)

    return _warm.of(plan, make, repr(entries))


def sweep_view(plan: Plan, effect: Effect, measure: str, steps: int) -> SweepView:
    """A measure of the plan with one parameter moved from the low to the high end of a range, in steps.

    Raises:
        ChangeInvalid: The number of steps is out of range, or the effect does not fit the plan.
        NotFound: The plan has no such measure.
        NotAllowed: The person does not see it.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise ChangeInvalid(f"{steps} steps cannot be made", mend=f"ask for {FEWEST_STEPS} to {MOST_STEPS}")
    unit = plan.measure(measure).unit
    require_measure(plan, measure)
    percents = tuple(round(float(value), 4) for value in np.linspace(effect.low, effect.high, steps))

    def make() -> SweepView:
        return SweepView(percents, sweep(plan, effect, percents, measure), unit)

    return _sweeps.of(plan, make, repr((effect, measure, steps)))


def robust_view(names: Sequence[str], measure: str = "gross_margin") -> RobustView:
    """Scenarios held against each other over every future that the registers state.

    Raises:
        ChangeInvalid: Too few or too many scenarios.
        NotFound: There is no such scenario or measure.
        NotAllowed: One of them is not shared with the person, or the person does not see the measure.
    """
    chosen = list(dict.fromkeys(name for name in names if name))
    if not FEWEST_OPTIONS <= len(chosen) <= MOST_OPTIONS:
        told = f"{len(chosen)} scenario{'s' * (len(chosen) != 1)} cannot be held against each other"
        raise ChangeInvalid(told, mend=f"name {FEWEST_OPTIONS} to {MOST_OPTIONS}")
    plans = [plan_of(name) for name in chosen]
    first = plans[0]
    first.measure(measure)
    require_measure(first, measure)
    day = extract_of(first.inputs.extract).as_of
    entries, risks = [one for one in seen_assumptions(first) if one.counts_on(day)], seen_risks(first)

    def make() -> RobustView:
        futures, left = stated_futures(first, entries, risks)
        return RobustView(choose_robustly(plans, futures, measure), left)

    key = (*((plan.name, plan.digest) for plan in plans), measure, repr(entries), repr(risks))
    return _robust.made(key, make)


def expected_view(plan: Plan, measure: str = "gross_margin") -> ExpectedValue:
    """Open risks and opportunities in money.

    Raises:
        NotAllowed: The person does not see the measure.
    """
    require_measure(plan, measure)
    risks = seen_risks(plan)
    return _expected.of(plan, lambda: expected_value(plan, risks, measure), measure, repr(risks))


def owners_view(plan: Plan) -> Sequence[OwnerRecord]:
    """What came of each owner's assumptions and risks."""
    return owner_records(seen_assumptions(plan), seen_risks(plan))


def signposts_view(plan: Plan) -> tuple[SignpostState, ...]:
    """The signposts a person may see, held against a plan; those that are crossed first."""
    entries = workspace().records.registers.signposts.entries()
    known = plan.wiring.measures
    mine = [one for one in entries if sees_scope(plan, one.scope) and not sight().hides(one.measure, known)]
    return read_signposts(plan, mine)
