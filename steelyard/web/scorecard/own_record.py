"""Own record: bias and input on time, shown to oneself first; functions without names; who leads sees all."""

from dataclasses import dataclass
from datetime import date, datetime

from steelyard.errors import NotFound, SteelyardError
from steelyard.grid.series import Scope
from steelyard.plan.measuring.advice import PersonRecord
from steelyard.plan.measuring.measuring import Measuring
from steelyard.plan.measuring.score import score
from steelyard.plan.sign_off.signature import FUNCTIONS
from steelyard.web.accounts.permissions import User
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.accuracy.selectors import SEES_EVERYBODY, functions_view, people_view
from steelyard.web.company import workspace
from steelyard.web.governance.selectors import called, seen_at
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scorecard.inputs_asked import inputs_asked
from steelyard.web.scorecard.kpi_selectors import cycle_of

STREAMS = {
    "statistical": "Statistical forecast",
    "sales_forecast": "Sales",
    "marketing_forecast": "Marketing",
    "customer_forecast": "Customers",
    "finance_forecast": "Finance",
    "consensus": "Consensus",
}
"""Streams with whose numbers they are; those that have not spoken are left out."""
SIGNERS = ("demand_planning", "sales", "product", "finance")
LATEST = 3


@dataclass(frozen=True)
class FunctionLine:
    """How the numbers of a function came out."""

    label: str
    accuracy: float
    """1 less WMAPE [ratio]."""
    bias: float
    """Sum of forecast less demand by demand [ratio]."""
    lately: float
    """The same over the last three months [ratio]."""


@dataclass(frozen=True)
class InputLine:
    """Whether a function signed its part by the day it was due."""

    function: str
    due: date
    signed_at: datetime | None
    by: str
    late_days: int
    """Calendar days after the due day, up to now while it is missing; 0 in time."""

    @property
    def state(self) -> str:
        """How it stands: on time, late, missing or due."""
        if self.signed_at is None:
            return "missing" if self.late_days else "due"
        return "late" if self.late_days else "on time"


@dataclass(frozen=True)
class OwnRecord:
    """What the page shows."""

    cycle: str
    own: tuple[PersonRecord, ...]
    """One for each stream the person speaks for."""
    others: tuple[tuple[PersonRecord, str, datetime | None], ...]
    """For who leads the process: every other person, the full name, and when they saw their own."""
    functions: tuple[FunctionLine, ...]
    by_function: tuple[PersonRecord, ...]
    """What changes of each function did, without names."""
    inputs: tuple[InputLine, ...]
    everybody: bool
    seen: datetime | None
    """When the person saw this record for the first time; None is now."""


def own_record(scenario: str, user: User, today: date, scope: Scope | None = None) -> OwnRecord:
    """The record of a person, of the functions, and of all for who leads.

    Raises:
        NotFound: There is no such scenario.
    """
    cycle = cycle_of(plan_of(scenario))
    name, everybody = record_name(cycle), user.role in SEES_EVERYBODY
    seen, names = seen_at(name), called()
    measuring = _measuring(scenario)
    people = people_view(measuring, user, scope) if measuring else []
    return OwnRecord(
        cycle,
        tuple(one for one in people if one.author == user.username),
        tuple(
            (one, names.get(one.author, one.author), seen.get(one.author))
            for one in people
            if everybody and one.author != user.username
        ),
        functions(measuring, scope) if measuring else (),
        tuple(functions_view(measuring, scope)) if measuring else (),
        inputs(scenario, cycle, today),
        everybody,
        seen.get(user.username),
    )


def record_name(cycle: str) -> str:
    """What the record of a month is called where it is noted who has seen it."""
    return f"own record {cycle}"


def functions(measuring: Measuring, scope: Scope | None = None) -> tuple[FunctionLine, ...]:
    """Accuracy and bias of each function's numbers, one month ahead, by item and place."""
    try:
        record = measuring.record(scope=scope)
    except NotFound:
        return ()
    rows = record.at_lag(0)
    lately = sorted({record.target[row] for row in rows.tolist()})[-LATEST:]
    found = []
    for name, label in STREAMS.items():
        if name in record.said:
            whole = score(record, name, lag=0)
            recent = [row for row in rows.tolist() if record.target[row] in lately]
            said, came = record.said[name][recent], record.actual[recent]
            known = (said == said) & (came == came)
            size = float(came[known].sum())
            bias = float((said - came)[known].sum()) / size if size else float("nan")
            found.append(FunctionLine(label, whole.accuracy, whole.bias, bias))
    return tuple(found)


def inputs(scenario: str, cycle: str, today: date) -> tuple[InputLine, ...]:
    """When each function that the month asks signed its demand in this cycle, against the day it is asked by.

    The first signature of a function in the cycle counts, for whatever slice.
    """
    acts = workspace().records.sign_offs.acts(workspace().records.scenario(scenario).id)
    names = called()
    found = []
    for function, due in inputs_asked(cycle, SIGNERS).items():
        signed = next((act for act in acts if act.function == function and act.stands), None)
        day = signed.at.date() if signed else today
        late = max((day - due).days, 0)
        by = names.get(signed.actor, signed.actor) if signed else ""
        found.append(InputLine(FUNCTIONS[function], due, signed.at if signed else None, by, late))
    return tuple(found)


def _measuring(scenario: str) -> Measuring | None:
    try:
        found = measuring_of(scenario)
        return found if found.archive.graded else None
    except SteelyardError:
        return None
