"""Quarters: the operating plan against finance's forecast, the budget and the plan published last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from steelyard.errors import SteelyardError
from steelyard.plan.kpi.targets import published_before
from steelyard.plan.money.statement import Statement, make_statement
from steelyard.plan.money.version import VersionKind
from steelyard.plan.plan import Plan
from steelyard.web.accounts.sight import sees_money, sight
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.scenarios.plans import published_numbers
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import scale_of

VERSIONS: tuple[VersionKind, ...] = ("operating_plan", "finance_forecast", "budget", "last_plan")
CALLED: dict[VersionKind, str] = {"last_plan": "Last plan"}
"""Versions that are not called by the name of their plan."""
LINES = (
    "revenue",
    "gross_margin",
    "gross_margin_percent",
    "operating_profit",
    "inventory",
    "working_capital",
    "cash_flow",
)
"""What executives read of a statement, from top to bottom."""
SALES = frozenset({"revenue"})
"""Lines that people see who see revenue and prices but no costs."""
SHOWN = 6
"""Quarters shown: the running one, the rest of the year and what follows."""


@dataclass(frozen=True)
class Against:
    """A quarter's number of another version, and what the operating plan is above it."""

    version: str
    value: float | None
    gap: float | None


@dataclass(frozen=True)
class QuarterCell:
    """A line of one quarter."""

    quarter: str
    value: float | None
    against: tuple[Against, ...]


@dataclass(frozen=True)
class QuarterLine:
    """A line of the statement over the quarters."""

    key: str
    label: str
    share: bool
    """Whether it is a share of revenue."""
    cells: tuple[QuarterCell, ...]

    @property
    def has_budget(self) -> bool:
        """Whether a difference in money to the budget can be shown."""
        known = (other for cell in self.cells for other in cell.against if other.version == "budget")
        return not self.share and any(other.gap is not None for other in known)


@dataclass(frozen=True)
class Quarters:
    """The statement as executives read it."""

    names: tuple[str, ...]
    versions: tuple[tuple[VersionKind, str], ...]
    lines: tuple[QuarterLine, ...]
    missing: tuple[str, ...]
    """Versions and quarters that are not there, each with the reason."""
    short: dict[str, str]
    """Quarters of which the horizon holds only a part -> how much, in words."""

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """Each quarter, and how much of it there is where that is not all."""
        return tuple((name, self.short.get(name, "")) for name in self.names)

    @property
    def scale(self) -> tuple[float, str]:
        """What the money of a table is divided by, and its mark: the thousands of what the charts would show."""
        size, _ = scale_of(cell.value for line in self.lines if not line.share for cell in line.cells)
        return scale_of([size / 1000])

    def values(self, line: str, version: str) -> tuple[float | None, ...]:
        """A line of one version, quarter by quarter; empty where it is not shown."""
        found = next((one for one in self.lines if one.key == line), None)
        if found is None:
            return ()
        if version == self.versions[0][0]:
            return tuple(cell.value for cell in found.cells)
        return tuple(next((a.value for a in cell.against if a.version == version), None) for cell in found.cells)


_kept: "Answers[Quarters]" = Answers("Adding up quarters", 12)


def quarters_of(plan: Plan) -> Quarters:
    """The coming quarters of a plan, as the person of the request sees them.

    Raises:
        PlanError: The plan carries no money at all.
    """
    last = _last_plan(plan)
    return _kept.of(plan, lambda: _added_up(plan, last), last.digest if last else "")


def _added_up(plan: Plan, last: Plan | None) -> Quarters:
    made = make_statement(plan, VERSIONS, time="quarter", last_plan=last, whole=not sight().limited)
    names = made.periods[-_ahead(plan, made) :][:SHOWN]
    keys = [line for line in made.lines if line.key in LINES and (line.key in SALES or sees_money("cost"))]
    lines = tuple(
        QuarterLine(line.key, line.label, line.role == "share", tuple(_cell(made, name, line.key) for name in names))
        for line in keys
        if sees_money("sales")
    )
    versions = tuple((kind, CALLED.get(kind, name)) for kind, name in made.versions)
    absent = (_reason(kind, text) for kind, text in made.missing.items())
    missing = (*absent, *left_out(lines, versions[1:]))
    return Quarters(names, versions, lines, missing, {name: made.short[name] for name in names if name in made.short})


def _reason(kind: VersionKind, text: str) -> str:
    return "No plan was published on an earlier extract" if kind == "last_plan" else text.rstrip(".")


def left_out(lines: Sequence[QuarterLine], versions: Iterable[tuple[VersionKind, str]]) -> Iterator[str]:
    """Quarters for which a version or the cash flow has no number while it has one for others, each with the reason.

    Args:
        lines: Lines of the statement.
        versions: Those that the operating plan is held against, with their names.
    """
    yield from _partly(lines, versions)
    yield from _without_cash_flow(lines)


def _partly(lines: Sequence[QuarterLine], versions: Iterable[tuple[VersionKind, str]]) -> Iterator[str]:
    """Versions that speak for some quarters as a whole and not for all."""
    revenue = next((line for line in lines if line.key == "revenue"), None)
    cells = revenue.cells if revenue else ()
    for kind, name in versions:
        told = {cell.quarter: _told(cell, kind) for cell in cells}
        left = [quarter for quarter, value in told.items() if value is None]
        if left and len(left) < len(told):
            yield f"{name} does not cover the whole of {_listed(left)}"


def _told(cell: QuarterCell, kind: VersionKind) -> float | None:
    return next((other.value for other in cell.against if other.version == kind), None)


def _without_cash_flow(lines: Sequence[QuarterLine]) -> Iterator[str]:
    cells = next((line.cells for line in lines if line.key == "cash_flow"), ())
    left = [cell.quarter for cell in cells if cell.value is None]
    if left and len(left) < len(cells):
        yield f"Cash flow of {_listed(left)} is not known: no working capital is on record from which it began"


def _listed(quarters: Sequence[str]) -> str:
    *first, last = map(period_words, quarters)
    return f"{', '.join(first)} and {last}" if first else last


def _ahead(plan: Plan, made: Statement) -> int:
    """How many of the statement's quarters the horizon reaches."""
    first = plan.horizon.members("quarter")[0][0]
    return len(made.periods) - made.periods.index(first)


def _cell(made: Statement, quarter: str, line: str) -> QuarterCell:
    first, *others = made.versions
    value = made.value(first[0], quarter, line)
    return QuarterCell(quarter, value, tuple(_against(made, kind, quarter, line, value) for kind, _ in others))


def _against(made: Statement, kind: VersionKind, quarter: str, line: str, value: float | None) -> Against:
    other = made.value(kind, quarter, line)
    return Against(kind, other, value - other if value is not None and other is not None else None)


def _last_plan(plan: Plan) -> Plan | None:
    before = published_before(workspace(), plan)
    try:
        return published_numbers(workspace().published_plan(before.id)) if before else None
    except SteelyardError:
        return None
