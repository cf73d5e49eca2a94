"""Finance review selectors: statements, bridges, profitability, budgets and actions, as the person may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast, get_args

import polars as pl

from steelyard.errors import ChangeInvalid, NotAllowed, PlanError
from steelyard.plan.money.action import GapAction
from steelyard.plan.money.action_plan import GapClosing, actions_for, close_gap
from steelyard.plan.money.bridge import Bridged, MoneyBridge, bridge_versions
from steelyard.plan.money.budget_state import BudgetState, budget_states
from steelyard.plan.money.lines import version_of
from steelyard.plan.money.option_value import OptionValue, value_option
from steelyard.plan.money.plan_bridge import bridge_money
from steelyard.plan.money.profitability import LEVELS, profitability
from steelyard.plan.money.statement import Statement, Time, make_statement
from steelyard.plan.money.variance import VarianceException, variance_exceptions
from steelyard.plan.money.version import MoneyVersion, VersionKind, plan_money
from steelyard.plan.plan import Plan
from steelyard.web.accounts.sight import sees_money, sees_scope, sight
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.scenarios.plans import any_plan, plan_of

VERSION_LABELS: dict[VersionKind, str] = {
    "operating_plan": "Operating plan",
    "plan": "Plan",
    "budget": "Budget",
    "latest_estimate": "Latest estimate",
    "finance_forecast": "Finance forecast",
    "last_plan": "Last plan",
    "last_year": "Last year",
    "actual": "Actual",
}
BUDGET: VersionKind = "budget"
"""The version that the gap of the actions is held against."""
TIMES: dict[Time, str] = {"month": "Month", "quarter": "Quarter", "fiscal_year": "Year"}
MEASURES: dict[Bridged, str] = {
    "revenue": "Revenue", "contribution": "Contribution", "gross_margin": "Gross margin",
}  # fmt: skip
_statements: Answers[Statement] = Answers("Adding up", 24)
_bridges: Answers[MoneyBridge] = Answers("Taking apart", 24)
_variances: Answers[tuple[VarianceException, ...]] = Answers("Comparing", 8)


def require_finance() -> None:
    """Go on only when the person sees what things cost.

    Raises:
        NotAllowed: Their role does not.
    """
    if not (sees_money("sales") and sees_money("cost")):
        raise NotAllowed("Your role does not see costs and margins", mend="ask an administrator")


def last_published() -> Plan | None:
    """The plan published last; None before there is one."""
    published = workspace().published()
    return any_plan(f"plan:{published[-1].id}") if published else None


def statement_of(
    scenario: str,
    versions: Sequence[VersionKind] = ("operating_plan", "budget"),
    *,
    time: Time = "quarter",
    scope: dict[str, tuple[str, ...]] | None = None,
) -> Statement:
    """The statement of a scenario; a person who sees a part of the company gets it down to contribution.

    Raises:
        NotAllowed: The person does not see costs.
        NotFound: There is no such scenario.
    """
    require_finance()
    plan, last = plan_of(scenario), last_published() if "last_plan" in versions else None
    whole = not sight().limited
    return _statements.of(
        plan, lambda: make_statement(plan, versions, time=time, scope=scope, last_plan=last, whole=whole),
        last.digest if last else "", tuple(versions), time, repr(scope), whole,
    )  # fmt: skip


def bridge_of(
    scenario: str, before: VersionKind = "budget", after: VersionKind = "plan",
    measure: Bridged = "gross_margin", *, by: str = "product_family",
) -> MoneyBridge:  # fmt: skip
    """The bridge between two versions of a scenario's money.

    Raises:
        NotAllowed: The person does not see costs.
        PlanError: A version is not there, or the two share no period.
    """
    require_finance()
    plan = plan_of(scenario)
    last = last_published() if "last_plan" in (before, after) else None
    question = (last.digest if last else "", before, after, measure, by)
    return _bridges.of(plan, lambda: _bridge(plan, last, before, after, measure, by), *question)


def _bridge(
    plan: Plan, last: Plan | None, before: VersionKind, after: VersionKind, measure: Bridged, by: str
) -> MoneyBridge:
    if last is not None and (before, after) == ("last_plan", "plan"):
        return bridge_money(last, plan, measure, by=[by])
    return bridge_versions(_version(plan, last, before), _version(plan, last, after), measure, by=[by])


def _version(plan: Plan, last: Plan | None, kind: VersionKind) -> MoneyVersion:
    if kind != "last_plan":
        return version_of(plan, kind)
    if last is None:
        raise PlanError("No plan has been published yet", mend="publish one, or compare with the budget")
    return plan_money(last, kind="last_plan", name="Last plan")


def earners(scenario: str, level: str = "product_family", version: VersionKind = "plan") -> pl.DataFrame:
    """What each member of a level earns.

    Raises:
        NotAllowed: The person does not see costs.
        UnknownMember: There is no such level.
    """
    require_finance()
    return profitability(plan_of(scenario), [level], version=version)


def levels_of(scenario: str) -> list[str]:
    """Levels by which earning can be looked at here."""
    return [level for level in LEVELS if level in plan_of(scenario).series("revenue").levels]


def budgets_of(scenario: str) -> tuple[BudgetState, ...]:
    """How far each version of the budget reaches and what became of it."""
    require_finance()
    return budget_states(plan_of(scenario))


def variances_of(scenario: str) -> tuple[VarianceException, ...]:
    """Where the plan is off by more than is borne, the largest gap first."""
    require_finance()
    plan, last = plan_of(scenario), last_published()
    return _variances.of(plan, lambda: variance_exceptions(plan, last_plan=last), last.digest if last else "")


def option_of(base: str, option: str, outlay: float) -> OptionValue:
    """What a scenario is worth beyond another.

    Raises:
        NotAllowed: The person does not see costs, or sees a part of the company.
    """
    require_finance()
    if sight().limited:
        raise NotAllowed("An option is valued for the whole company, and you see a part of it")
    return value_option(plan_of(base), plan_of(option), outlay=outlay)


@dataclass(frozen=True)
class ActionLine:
    """An action in the register."""

    entry: GapAction
    moves: str
    where: str
    late: bool


@dataclass(frozen=True)
class ActionView:
    """The register against the gap to the budget."""

    lines: tuple[ActionLine, ...]
    closing: GapClosing


def actions_of(scenario: str) -> ActionView:
    """The actions a person may see, against the gap of gross margin to the budget over the plan's periods."""
    require_finance()
    plan = plan_of(scenario)
    lines = action_lines(plan, scenario)
    closing = [line.entry for line in lines if line.entry.against == BUDGET]
    return ActionView(lines, close_gap(_gap(scenario), closing, _day(plan)))


def action_lines(plan: Plan, scenario: str) -> tuple[ActionLine, ...]:
    """The actions of a plan's scenario that a person may see; late is what is open after the day of its extract."""
    day = _day(plan)
    known = [one for one in actions_for(workspace(), scenario) if sees_scope(plan, one.effect.scope)]
    return tuple(ActionLine(one, _label(plan, one), _scope_words(one), one.is_late(day)) for one in known)


def _day(plan: Plan) -> date:
    return plan.maker.extract(plan.inputs.extract).as_of


def _gap(scenario: str) -> float:
    try:
        found = bridge_of(scenario, BUDGET, "plan", "gross_margin")
    except PlanError:
        return 0.0
    return float(found.end - found.start)


def _label(plan: Plan, action: GapAction) -> str:
    name = action.effect.measure
    return plan.measure(name).label if name in plan.measures else name.replace("_", " ")


def _scope_words(action: GapAction) -> str:
    parts = [", ".join(members) for members in action.effect.scope.values()]
    return " · ".join(parts) or "everything"


def asked_version(name: str, usual: VersionKind) -> VersionKind:
    """A version by name, the usual one where nothing is asked for.

    Raises:
        ChangeInvalid: There is no such version.
    """
    if not name:
        return usual
    if name not in get_args(VersionKind):
        raise ChangeInvalid(f"There is no version {name!r}", mend=f"use one of {', '.join(VERSION_LABELS)}")
    return cast(VersionKind, name)


def asked_time(name: str) -> Time:
    """A level of time by name; quarters where nothing is asked for.

    Raises:
        ChangeInvalid: There is no such level.
    """
    if not name:
        return "quarter"
    if name not in TIMES:
        raise ChangeInvalid(f"There is no time level {name!r}", mend=f"use one of {', '.join(TIMES)}")
    return name


def asked_measure(name: str) -> Bridged:
    """A measure of the bridge by name; gross margin where nothing is asked for.

    Raises:
        ChangeInvalid: There is no such measure.
    """
    if not name:
        return "gross_margin"
    if name not in MEASURES:
        raise ChangeInvalid(f"There is no bridge of {name!r}", mend=f"use one of {', '.join(MEASURES)}")
    return name
