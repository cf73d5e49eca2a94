"""Watch: reminders of what falls due, and escalation of what is late or has gone too far; each is told once.

NOTE: run every quarter of an hour beside the server, or by a scheduler with `steelyard cycle watch`.
"""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from steelyard.cycle.cycle import current_step
from steelyard.cycle.escalation import Escalation, Measured, escalate, rules_from_json
from steelyard.cycle.gates.facts import BudgetFacts, DecisionFacts, FinanceFacts, Gap, ServiceFacts
from steelyard.cycle.step import Standing, StepState, lateness, reminder_days
from steelyard.errors import SteelyardError
from steelyard.web.accounts.sight import sees_everything
from steelyard.web.company import now
from steelyard.web.cycles.facts import Ground, gather, ground_of
from steelyard.web.cycles.judging import gates_refresh
from steelyard.web.cycles.models import Cycle, Step
from steelyard.web.cycles.neighbours import grading_due
from steelyard.web.cycles.plans import days_of, standing_of
from steelyard.web.cycles.selectors import open_cycles, steps_of
from steelyard.web.notices.services import notify, notify_roles, told_in
from steelyard.web.ui.dates import day_words


def cycles_watch(today: date | None = None) -> int:
    """Remind and escalate for every open cycle, and have decisions graded; answers how many notices were sent."""
    day = today or now().date()
    grading_due()
    return sum(_watch(cycle, day) for cycle in open_cycles() if cycle.state == "open")


def _watch(cycle: Cycle, today: date) -> int:
    for step in steps_of(cycle):
        gates_refresh(step)
    steps = steps_of(cycle)
    stand = [standing_of(step) for step in steps]
    on = current_step(stand)
    told = sum(_remind(cycle, one, today) for one in stand if one.state is StepState.OPEN)
    measured = list(_late(cycle, stand, today))
    if on is not None and on.state is StepState.OPEN:
        measured += _measured(next(step for step in steps if step.key == on.plan.key), today)
    owners = {one.plan.key: one.plan.owner for one in stand}
    return told + sum(_tell(cycle, one, owners) for one in escalate(rules_from_json(cycle.escalations), measured))


def _remind(cycle: Cycle, standing: Standing, today: date) -> int:
    days = days_of(cycle)
    due = [day for day in reminder_days(standing, days) if day <= today <= standing.ends]
    if not due:
        return 0
    plan, left = standing.plan, [t for t in standing.plan.tasks if t.key not in standing.tasks_done]
    gates = len(plan.gates) - standing.gates_met
    until = f"{standing.ends:%A}, {day_words(standing.ends)}"
    open_ = f"{_counted(len(left), 'task')} and {_counted(gates, 'gate')} open"
    text = f"{plan.label} of {cycle.label} ends on {until}: {open_}."
    roles = {plan.owner, *(task.role for task in left)}
    return notify_roles(
        sorted(roles), text, _url(cycle, plan.key), "step.due", subject=f"step {cycle.key} {plan.key}",
        once=f"{cycle.key} {plan.key} due {max(due)}",
    )  # fmt: skip


def _late(cycle: Cycle, stand: list[Standing], today: date) -> Iterator[Measured]:
    days = days_of(cycle)
    on = current_step(stand)
    for one in stand:
        late = lateness(one, today, days)
        if late and (one.state is StepState.OPEN or one is on):
            text = f"{one.plan.label} of {cycle.label} is {late} working {'day' if late == 1 else 'days'} late."
            yield Measured("lateness", f"{cycle.key} {one.plan.key}", late, text, one.plan.key)


def _measured(step: Step, today: date) -> list[Measured]:
    """Service, stock, gaps and money that waits, on the numbers of now; what cannot be measured is left out."""
    try:
        ground = ground_of(step, today)
        return [*_service(ground), *_gaps(ground), *_waiting(ground)]
    except SteelyardError:
        return []


def _service(ground: Ground) -> Iterator[Measured]:
    found = gather(ground, ServiceFacts)
    if isinstance(found, ServiceFacts):
        missed = 100.0 - found.fill_rate
        year = f"the year ahead ({found.covers})" if found.covers else "the year ahead"
        text = f"The plan of {ground.cycle.label} leaves {missed:.1f} % of the demand of {year} unserved in its period."
        yield Measured("service", ground.cycle.key, missed, text, ground.step.key, "supply_review")
        excess = 100.0 * found.excess_value / found.stock_value if found.stock_value else 0.0
        told = f"{excess:.0f} % of the stock planned in {ground.cycle.label} is excess."
        yield Measured("stock", ground.cycle.key, excess, told, ground.step.key, "stock")


def _gaps(ground: Ground) -> Iterator[Measured]:
    for kind, name in ((BudgetFacts, "the budget"), (FinanceFacts, "the finance forecast")):
        found = gather(ground, kind)
        if isinstance(found, BudgetFacts | FinanceFacts):
            bare = [gap for gap in found.gaps if not gap.explained]
            net = sum(gap.gap for gap in bare)
            size = 100.0 * abs(net) / abs(found.whole) if found.whole else 0.0
            side, basis = "below" if net < 0 else "above", f" ({found.covers})" if found.covers else ""
            told = f"is {size:.1f} % {side} {name}{basis}, and nothing explains it"
            text = f"The plan of {ground.cycle.label} {told}{_most(bare)}{_netted(bare, found.whole)}."
            yield Measured("gap", f"{ground.cycle.key} {name}", size, text, ground.step.key, "finance_review")


def _most(gaps: list[Gap]) -> str:
    widest = max(gaps, key=lambda gap: abs(gap.gap), default=None)
    return f", most of all in {widest.subject}" if widest else ""


def _netted(gaps: list[Gap], whole: float) -> str:
    """What the net gap hides: families above and below that make up for each other."""
    apart = 100.0 * sum(abs(gap.gap) for gap in gaps) / abs(whole) if whole else 0.0
    if not (any(gap.gap > 0 for gap in gaps) and any(gap.gap < 0 for gap in gaps)):
        return ""
    return f"; families above and below make up for each other, taken one by one they are {apart:.1f} % off"


def _waiting(ground: Ground) -> Iterator[Measured]:
    found = gather(ground, DecisionFacts)
    for line in found.open if isinstance(found, DecisionFacts) else ():
        text = f"A decision waits in {ground.cycle.label}: {line.subject}"
        yield Measured(
            "money", f"{ground.cycle.key} {line.subject}", abs(line.amount), text, ground.step.key, "decisions",
            line.decision,
        )  # fmt: skip


def _tell(cycle: Cycle, one: Escalation, owners: dict[str, str]) -> int:
    """Tell a role; numbers of the whole company go to those only from whom nothing is kept."""
    role = owners.get(one.measured.step, "sop_lead") if one.role == "owner" else one.role
    names = [name for name in told_in([role]) if one.measured.kind == "lateness" or sees_everything(name)]
    asked = one.measured.decision
    url = reverse("decisions:decision", args=[asked]) if asked else _url(cycle, one.measured.step)
    return notify(
        names, one.measured.text, url, f"step.{_kind(one)}",
        subject=f"decision {asked}" if asked else f"step {cycle.key} {one.measured.step}",
        once=f"{cycle.key} {one.occasion}",
    )  # fmt: skip


def _kind(one: Escalation) -> str:
    return "late" if one.measured.kind == "lateness" else one.measured.kind


def _url(cycle: Cycle, step: str) -> str:
    return f"{reverse('cycles:cycle', args=[cycle.key])}#{step}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
