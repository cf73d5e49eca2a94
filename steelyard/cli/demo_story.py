"""Demo story: what the demo company decided in past months, and what waits for its forums this month."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from steelyard.cycle.decision.case import BusinessCase
from steelyard.cycle.decision.kind import PLAN_APPROVAL
from steelyard.cycle.decision.state import Act, State
from steelyard.errors import NotFound, SteelyardError
from steelyard.plan.change import Change
from steelyard.plan.operation import Percent
from steelyard.plan.record_tables import PublishedRecord
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace
from steelyard.web.company import workspace
from steelyard.web.decisions import models
from steelyard.web.decisions.grading import decisions_grade_now
from steelyard.web.decisions.labels import forum_label
from steelyard.web.decisions.papers import paper_of
from steelyard.web.decisions.signing import signature_digest
from steelyard.web.decisions.weighing import option_weigh_now
from steelyard.web.ui.dates import period_words

PAST = 2
"""Published plans of the past that get the decision behind them."""
LEAD, EXECUTIVE, FINANCE, DEMAND, SUPPLY, SALES = "ines", "edgar", "fiona", "dana", "luis", "sam"
BASE = "base"
WINTER, SATURDAY = 6, 20.0
"""Periods of a winter, and percent of hours that a sixth working day adds to five."""
MEETS_AFTER = {"pre_sop": 18, "executive_sop": 22}
"""Days after the as-of date of the extract on which a forum usually meets."""


@dataclass(frozen=True)
class Told:
    """An option of the story."""

    scenario: str
    label: str
    note: str = ""
    case: BusinessCase = field(default_factory=BusinessCase)


def demo_decisions_create(days: Mapping[str, date] | None = None) -> int:
    """Tell the story once; answers how many decisions there are. A company without the demo's scenarios gets none.

    Args:
        days: Day on which a forum meets this month, by forum; without it the forum's usual day after the extract.
    """
    home = workspace()
    names = {record.name for record in home.records.scenarios()}
    if models.Decision.objects.exists() or BASE not in names:
        return models.Decision.objects.count()
    as_of = home.calculator.extract(home.scenario(BASE).extract).as_of
    for record in home.published()[-PAST:]:
        _past(home, record)
    _this_month(home, as_of, {key: as_of + timedelta(days=n) for key, n in MEETS_AFTER.items()} | dict(days or {}))
    _promises()
    decisions_grade_now()
    return models.Decision.objects.count()


# ---- what was decided


def _past(home: Workspace, record: PublishedRecord) -> None:
    """The plan approval behind a published plan, against the statistics without anybody's judgement."""
    cycle = _cycle(home.calculator.extract(record.extract).as_of)
    plain = home.create_scenario(
        f"statistics-{cycle}", extract=record.extract, actor=DEMAND, at=record.at - timedelta(days=6),
        note="What history alone says", horizon=24,
    )  # fmt: skip
    options = (
        Told(plain.name, "Statistics alone", "No override, no intelligence, no launch."),
        Told(record.scenario, "Plan with our judgement", "Sales, market intelligence and launches as agreed."),
    )
    made = _ask(
        cycle,
        "executive_sop",
        PLAN_APPROVAL,
        f"Which plan do we run from {period_words(cycle)} on?",
        options,
        record.at,
        recommended=2,
    )
    plain.archive(actor=DEMAND, at=record.at)
    _approve(made, 2, record)
    _past_meeting(made, record.at)


def _approve(decision: models.Decision, option: int, record: PublishedRecord) -> None:
    statement = "The judgement is worth more than the statistics; we carry the stock."
    models.Signature.objects.create(
        decision=decision, verdict=Act.APPROVE.value, option=option, person=EXECUTIVE, role="executive", at=record.at,
        paper=decision.digest, statement=statement,
        digest=signature_digest(decision.digest, Act.APPROVE, option, statement, ()),
    )  # fmt: skip
    models.Decision.objects.filter(pk=decision.pk).update(
        state=State.APPROVED.value, chosen=option, decided_at=record.at, published=record.id
    )
    _event(decision, EXECUTIVE, record.at, "sign approve", statement)


def _past_meeting(decision: models.Decision, at: datetime) -> None:
    meeting = models.Meeting.objects.create(
        cycle=decision.cycle, forum="executive_sop", starts_at=at, minutes=60, chair=LEAD, opened_at=at,
        closed_at=at + timedelta(minutes=55), closed_by=LEAD,
    )  # fmt: skip
    for person, role in (
        (EXECUTIVE, "executive"),
        (LEAD, "sop_lead"),
        (FINANCE, "finance"),
        (SUPPLY, "supply_planner"),
    ):
        models.Attendance.objects.create(meeting=meeting, person=person, role=role, present=person != SUPPLY)
    said = (
        (LEAD, "Demand is agreed by sales and finance; supply follows without overload that is not decided.", False),
        (EXECUTIVE, f"{decision.question} Approved: plan with our judgement.", False),
        (FINANCE, "Do we want a second source for load cells?", True),
    )
    for number, (author, text, parked) in enumerate(said):
        models.Note.objects.create(
            meeting=meeting, at=at + timedelta(minutes=10 * number), author=author, text=text, parked=parked,
            settled_at=at + timedelta(days=20) if parked and models.Note.objects.filter(parked=True).exists() else None,
            decision=decision if number == 1 else None,
        )  # fmt: skip


# ---- what is asked


def _this_month(home: Workspace, as_of: date, days: Mapping[str, date]) -> None:
    """The month's plan, and the choices that the meetings have to make before it."""
    cycle, at = _cycle(as_of), _moment(as_of, 9)
    guard, shift = _guard_stock(home, as_of), _saturday_shift(home, as_of)
    if guard:
        _ask(
            cycle, "pre_sop", "inventory", "Do we raise safety stock before the winter?",
            (Told(BASE, "Leave it",
                  "Stock as the policy has it. Building more before the winter would take hours from orders that are "
                  "due: look at service and load beside each other."),
             Told(guard, "A fifth more", "A fifth more safety stock everywhere from next month on.",
                  BusinessCase(capex=0.0, yearly_gain=45_000.0, years=1))),
            at, recommended=1, due=days["pre_sop"], owner=SUPPLY,
        )  # fmt: skip
    if shift:
        _ask(
            cycle, "pre_sop", "shift", "Do we run a Saturday shift on the fullest line?",
            (Told(BASE, "Leave the shifts", "Overtime as it comes."),
             Told(shift, "Saturday shift in winter",
                  "A fifth more hours on the fullest line, December to May, for three winters. The plan "
                  "shows more demand served when due; the gain stated beside it is express freight and "
                  "penalties saved, which the plan does not price. Capital is training and a second set of tools.",
                  BusinessCase(capex=60_000.0, yearly_gain=38_000.0, years=3))),
            at, recommended=2, due=days["pre_sop"], owner=SUPPLY,
        )  # fmt: skip
    if _there(home, "north-grows"):
        options = (
            Told(BASE, "Operating plan", "Demand as agreed in the demand review."),
            Told("north-grows", "Count on the North", "Sales sees the North growing faster than the market."),
        )
        made = _ask(
            cycle, "executive_sop", PLAN_APPROVAL, f"Which plan do we run from {period_words(cycle)} on?", options, at,
            recommended=1, due=days["executive_sop"], owner=LEAD,
        )  # fmt: skip
        _event(
            made,
            SALES,
            at + timedelta(days=1),
            "dissent",
            "Two chains in the North have confirmed; we plan too little.",
        )
    _meetings(cycle, days)


def _guard_stock(home: Workspace, as_of: date) -> str:
    base = home.scenario(BASE)
    labels = base.inputs.periods("horizon").labels
    change = Change(
        Percent(20.0), "safety_stock", {}, (labels[1], labels[-1]), SUPPLY, _moment(as_of, 8),
        "supply_constraint", "guards the winter against late suppliers",
    )  # fmt: skip
    return _branch(base, "guard-stock", SUPPLY, "A fifth more safety stock", (change,), as_of)


def _saturday_shift(home: Workspace, as_of: date) -> str:
    base = home.scenario(BASE)
    plan = base.plan()
    loads = plan.frame(["overload"], by=["resource"], time="all").sort("overload", descending=True)
    if not loads.height:
        return ""
    labels = plan.horizon.labels
    winters = [labels[first : first + WINTER] for first in range(1, len(labels), plan.horizon.periods_per_year)]
    changes = tuple(
        Change(
            Percent(SATURDAY), "capacity_available", {"resource": (str(loads["resource"][0]),)},
            (winter[0], winter[-1]), SUPPLY, _moment(as_of, 8, 11), "supply_constraint",
            "Saturday shift, agreed with the works council",
        )
        for winter in winters
    )  # fmt: skip
    return _branch(base, "saturday-shift", SUPPLY, "Saturday shift on the fullest line", changes, as_of)


def _branch(base: Scenario, name: str, actor: str, note: str, changes: Sequence[Change], as_of: date) -> str:
    try:
        made = base.branch(name, actor=actor, at=_moment(as_of, 8), note=note)
        made.append(*changes)
    except SteelyardError:
        return ""
    return made.name


def _meetings(cycle: str, days: Mapping[str, date]) -> None:
    for forum in MEETS_AFTER:
        meeting = models.Meeting.objects.create(
            cycle=cycle, forum=forum, starts_at=_moment(days[forum], 0, 13), minutes=90 if forum == "pre_sop" else 60,
            chair=LEAD,
        )  # fmt: skip
        people = [(LEAD, "sop_lead"), (DEMAND, "demand_planner"), (SUPPLY, "supply_planner"), (FINANCE, "finance")]
        if forum == "executive_sop":
            people = [(EXECUTIVE, "executive"), (LEAD, "sop_lead"), (FINANCE, "finance")]
        for person, role in people:
            models.Attendance.objects.create(meeting=meeting, person=person, role=role)


def _promises() -> None:
    """Actions that last month left: one done, two still open."""
    meeting = models.Meeting.objects.filter(closed_at__isnull=False).first()
    if meeting is None:
        return
    told = (
        ("Agree the winter calendar with both plants", SUPPLY, 12, None, "done"),
        ("Get a second quotation for load cells", SUPPLY, 24, 180_000.0, "open"),
        ("Explain the gap to the budget in Industrial platforms", FINANCE, 28, 420_000.0, "open"),
    )
    for text, owner, days, value, status in told:
        closed = status == "done"
        models.Action.objects.create(
            text=text, owner=owner, due=meeting.starts_at.date() + timedelta(days=days), value=value, status=status,
            cycle=meeting.cycle, meeting=meeting, made_by=LEAD, made_at=meeting.starts_at,
            closed_by=owner if closed else "", closed_at=meeting.starts_at + timedelta(days=10) if closed else None,
            outcome="Agreed; two free days in December" if closed else "",
        )  # fmt: skip


# ----


def _ask(
    cycle: str,
    forum: str,
    kind: str,
    question: str,
    options: Sequence[Told],
    at: datetime,
    *,
    recommended: int,
    due: date | None = None,
    owner: str = LEAD,
) -> models.Decision:
    """A decision before its forum, its options weighed."""
    made = models.Decision.objects.create(
        cycle=cycle, forum=forum, kind=kind, question=question, owner=owner, due=due, created_at=at,
        recommended=recommended,
    )  # fmt: skip
    for number, one in enumerate(options, start=1):
        option = models.Option.objects.create(
            decision=made, number=number, label=one.label, note=one.note, scenario=one.scenario, case=asdict(one.case)
        )
        option_weigh_now(option)
    paper = paper_of(made)
    models.Decision.objects.filter(pk=made.pk).update(
        state=State.ASKED.value, asked_by=LEAD, asked_at=at, amount=paper.amount, digest=paper.digest
    )
    _event(made, LEAD, at, Act.ASK.value, forum_label(forum))
    return models.Decision.objects.get(pk=made.pk)


def _event(decision: models.Decision, actor: str, at: datetime, act: str, text: str) -> None:
    models.DecisionEvent.objects.create(decision=decision, at=at, actor=actor, act=act, text=text)


def _there(home: Workspace, name: str) -> bool:
    try:
        return bool(home.scenario(name).name)
    except NotFound:
        return False


def _cycle(as_of: date) -> str:
    """The cycle that plans from the month after an as-of date on."""
    return f"{as_of + timedelta(days=1):%Y-%m}"


def _moment(as_of: date, day: int, hour: int = 9) -> datetime:
    return datetime.combine(as_of + timedelta(days=day), time(hour), tzinfo=UTC)
