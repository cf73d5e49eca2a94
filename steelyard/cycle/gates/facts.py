"""Facts: what rules judge, as plain values that the faces gather from what the company keeps."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Flaw:
    """A kind of faulty rows in the data."""

    rule: str
    table: str
    rows: int
    severity: str
    money: float
    """Money that stands on them, in the company's currency."""
    owner: str = ""


@dataclass(frozen=True)
class DataFacts:
    """The extract that the plan stands on."""

    as_of: date
    month: date
    """First day of the cycle's month."""
    score: float
    """0 to 100."""
    flaws: tuple[Flaw, ...] = ()
    is_latest: bool = True
    """Whether the plan stands on the newest extract there is."""
    newest: date | None = None


@dataclass(frozen=True)
class Line:
    """One thing with a name, a number and a word about it."""

    subject: str
    text: str = ""
    amount: float = 0.0
    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The slice it is about, members by level."""
    decision: int = 0
    """Number of the decision it is, where it is one."""


@dataclass(frozen=True)
class ForecastFacts:
    """Items of the plan and their forecast."""

    items: int
    without: tuple[Line, ...] = ()
    """Items that are sold and have no forecast over the horizon; the amount is last year's revenue."""


@dataclass(frozen=True)
class OpenSignature:
    """What a function has not signed, or what has moved since."""

    function: str
    label: str
    families: int
    """Families still open."""
    money: float
    """Consensus at price that is open."""
    moved: float = 0.0
    """Part of it that has moved since the function signed."""


@dataclass(frozen=True)
class SignatureFacts:
    """Who stands behind the consensus."""

    families: int
    functions: tuple[OpenSignature, ...] = ()


@dataclass(frozen=True)
class OverrideFacts:
    """Changes by hand that stand in the plan."""

    standing: int
    without_reason: tuple[Line, ...] = ()
    large: tuple[Line, ...] = ()
    """Those that are larger than usual and say no reason in words; the amount is money."""


@dataclass(frozen=True)
class Overload:
    """A resource that is asked for more hours than it has."""

    resource: str
    hours: float
    """Hours over, of the periods in which it is."""
    periods: tuple[str, ...]
    decided: str = ""
    """The approved decision that deals with it; empty where there is none."""
    asked: str = ""
    """The decision that is asked about it and not taken, with whom it waits for; empty where there is none."""
    decision: int = 0
    """Number of the decision that is asked."""
    money: float = 0.0
    """Revenue that waits for these hours, where it is known."""
    unit: str = "hours"
    """What they are, of a supplier or a carrier."""


@dataclass(frozen=True)
class LoadFacts:
    """Overloads of the plan."""

    resources: int
    overloads: tuple[Overload, ...] = ()


@dataclass(frozen=True)
class ServiceFacts:
    """How the plan serves demand."""

    fill_rate: float
    """Percent of the demand of the year ahead that is served in its period."""
    short: tuple[Line, ...] = ()
    """Products that are short, most money first."""
    stock_value: float = 0.0
    excess_value: float = 0.0
    covers: str = ""
    """First and last period of the year ahead, in words."""
    whole: float | None = None
    """The same share over the whole horizon, where that is longer."""


@dataclass(frozen=True)
class Gap:
    """A difference in money between the plan and something it is held against."""

    subject: str
    gap: float
    """Plan less the other, in the company's currency."""
    against: float
    explained: str = ""
    """What explains or closes it: an action, a decision, a comment; empty where nothing does."""
    scope: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def share(self) -> float:
        """Size of the gap as a share of what it is held against."""
        return abs(self.gap) / abs(self.against) if self.against else float(bool(self.gap))


@dataclass(frozen=True)
class FinanceFacts:
    """The plan against finance's own forecast."""

    gaps: tuple[Gap, ...] = ()
    whole: float = 0.0
    """All the money it is held against, that of families without a gap included."""
    covers: str = ""
    """What is compared over which periods, in words."""


@dataclass(frozen=True)
class BudgetFacts:
    """The plan against the budget of the year."""

    gaps: tuple[Gap, ...] = ()
    whole: float = 0.0
    """All the money it is held against, that of families without a gap included."""
    covers: str = ""
    """What is compared over which periods, in words."""


@dataclass(frozen=True)
class AssumptionFacts:
    """Assumptions that the plan counts on."""

    standing: int
    open: tuple[Line, ...] = ()
    """Those nobody has validated, or whose validity is over."""


@dataclass(frozen=True)
class DecisionFacts:
    """Decisions and actions of the cycle."""

    open: tuple[Line, ...] = ()
    """Decisions asked for and not taken; the amount is money."""
    due: tuple[Line, ...] = ()
    """Actions whose day has come."""
    decided: int = 0
    beside: tuple[Line, ...] = ()
    """Approved decisions whose option the plan does not hold yet."""


@dataclass(frozen=True)
class ApprovalFacts:
    """Whether the plan of the cycle has been approved by a decision."""

    plan: str = ""
    """Id of the plan that an approval of the cycle published; empty before."""
    asked: int = 0
    """Plan approvals of the cycle that are open."""


@dataclass(frozen=True)
class PublicationFacts:
    """Whether the plan of the cycle is published."""

    plan: str = ""
    """Id of the plan published in this cycle; empty where there is none."""
    moved: bool = False
    """Whether the scenario has moved since."""


@dataclass(frozen=True)
class TaskFacts:
    """Tasks of the step."""

    tasks: int
    open: tuple[Line, ...] = ()


@dataclass(frozen=True)
class IntelligenceFacts:
    """Market intelligence of the cycle."""

    entries: int
    waiting: tuple[Line, ...] = field(default_factory=tuple)
    """Entries that are valid and that nobody has used or put away."""
