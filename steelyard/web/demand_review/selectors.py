"""Demand review selectors: what the page shows of a slice."""

from dataclasses import dataclass

from steelyard.plan.measuring.score import Alarm
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signature import CONSENSUS, FUNCTIONS, SignOff, Slice
from steelyard.plan.sign_off.signed_slice import SignedSlice
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Role
from steelyard.web.answers.patience import BeingWorkedOut
from steelyard.web.demand_review.board import REVIEWERS, Board, lay_board
from steelyard.web.demand_review.chart import review_chart
from steelyard.web.demand_review.exceptions import (
    ReviewException,
    bias_alarms,
    exceptions_of_numbers,
    review_exceptions,
)
from steelyard.web.demand_review.sentences import Sentence, sentences, slice_sentence
from steelyard.web.scenarios.plans import Moment
from steelyard.web.scenarios.slice import check_scope
from steelyard.web.scorecard.charts import Option
from steelyard.web.scorecard.inputs_asked import inputs_asked
from steelyard.web.scorecard.kpi_selectors import cycle_of
from steelyard.web.worksheet.view import View

Scope = dict[str, tuple[str, ...]]

SIGNS_FOR: dict[Role, tuple[str, ...]] = {
    Role.DEMAND_PLANNER: ("demand_planning",),
    Role.SALES: ("sales", "marketing"),
    Role.PRODUCT_MANAGER: ("product", "marketing"),
    Role.SUPPLY_PLANNER: ("supply",),
    Role.FINANCE: ("finance",),
    Role.SOP_LEAD: tuple(FUNCTIONS),
    Role.ADMINISTRATOR: tuple(FUNCTIONS),
}
"""For which functions a role signs."""
ROWS = (
    "demand_history", "statistical_forecast", "promotion_uplift", "unconstrained_demand", "sales_forecast",
    "marketing_forecast", "customer_forecast", "finance_forecast", "customer_commitment", "consensus_demand",
)  # fmt: skip
"""The streams as rows of the worksheet, in the order in which they become the consensus."""


@dataclass(frozen=True)
class Signature:
    """What a function says about the slice that is open, and what the person may do."""

    function: str
    label: str
    signed: SignedSlice | None
    may_sign: bool
    optional: bool = False
    """Whether the month goes on without it."""

    @property
    def signers(self) -> str:
        """Who signs for the function: the roles that do beside those that run the process.

        Example: "Sales or Product manager" for marketing, which is no role of its own.
        """
        running = (Role.SOP_LEAD, Role.ADMINISTRATOR)
        mine = (role.label for role, functions in SIGNS_FOR.items() if self.function in functions)
        return " or ".join(label for label in mine if label not in {role.label for role in running})

    @property
    def state(self) -> str:
        """unsigned, signed, closed, stale, reopened or withdrawn."""
        return self.signed.state if self.signed else "unsigned"

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return {"signed": "is-good", "closed": "is-locked", "stale": "is-alert"}.get(self.state, "is-plain")

    @property
    def words(self) -> str:
        """The state in words."""
        return {"stale": "moved since"}.get(self.state, self.state)


@dataclass(frozen=True)
class Exceptions:
    """What in a slice needs a person, most money first."""

    found: tuple[ReviewException, ...]
    coming: str = ""
    """What is still being worked out, and may add to them."""


@dataclass(frozen=True)
class Review:
    """The demand review of a slice."""

    chart: Option
    sentence: str
    """What the forecast of the slice saw."""
    board: Board
    signatures: tuple[Signature, ...]
    optional: tuple[str, ...]
    """Functions of the board whose signature nobody waits for."""
    exceptions: Exceptions
    sentences: tuple[Sentence, ...]
    others: tuple[SignedSlice, ...]
    """Signatures on other slices and streams, newest first."""


def review(moment: Moment, scope: Scope, user: User) -> Review:
    """Gather what the page shows of a slice.

    Raises:
        UnknownMember: The slice has members that the plan has not.
    """
    plan, signed = moment.plan, signed_slices(moment)
    check_scope(plan, scope)
    board, asked = lay_board(plan, signed, scope), inputs_asked(cycle_of(plan), REVIEWERS)
    here = Slice(CONSENSUS, scope)
    others = sorted(
        (one for one in signed if one.sign_off.slice != here), key=lambda one: one.sign_off.at, reverse=True
    )
    return Review(
        review_chart(plan, scope),
        slice_sentence(plan, scope),
        board,
        tuple(_signature(f, signed, here, user, moment.open, f not in asked) for f in _functions(signed, here, user)),
        tuple(f for f, _ in board.functions if f not in asked),
        _exceptions_so_far(moment, scope, board),
        tuple(sentences(plan, scope)),
        tuple(others),
    )


def exceptions_of(moment: Moment, scope: Scope) -> Exceptions:
    """What in a slice needs a person, with what the archive says.

    Raises:
        UnknownMember: The slice has members that the plan has not.
        BeingWorkedOut: The page has to show that it is coming.
    """
    check_scope(moment.plan, scope)
    biased, others = bias_alarms(moment.name), exceptions_of_numbers(moment.plan, scope)
    board = lay_board(moment.plan, signed_slices(moment), scope)
    return Exceptions(tuple(review_exceptions(moment.plan, scope, board, biased, others)))


def _exceptions_so_far(moment: Moment, scope: Scope, board: Board) -> Exceptions:
    biased: list[Alarm] = []
    others: tuple[ReviewException, ...] = ()
    coming = ""
    try:
        others = exceptions_of_numbers(moment.plan, scope)
        biased = bias_alarms(moment.name)
    except BeingWorkedOut as answer:
        coming = answer.what
    return Exceptions(tuple(review_exceptions(moment.plan, scope, board, biased, others)), coming)


def signed_slices(moment: Moment) -> list[SignedSlice]:
    """The sign-offs of a scenario held against its numbers, by the plan that is in memory."""
    return list(moment.scenario.signed_slices(moment.plan))


def may_sign(user: User, function: str) -> bool:
    """Whether a person signs for a function."""
    return user.is_active and function in SIGNS_FOR.get(Role(user.role), ())


def review_view(plan: Plan, scope: Scope) -> View:
    """The worksheet of a slice, streams as rows."""
    levels = ("item", "customer") if "item" in scope else ("product_family", "item")
    measures = tuple(name for name in ROWS if name in plan.measures)
    return View(levels=levels, measures=measures, filter=tuple(sorted(scope.items())), past=6, depth=0)


def _functions(signed: list[SignedSlice], here: Slice, user: User) -> list[str]:
    spoken = {one.sign_off.function for one in signed if one.sign_off.slice == here}
    return [f for f in FUNCTIONS if f in REVIEWERS or f in spoken or may_sign(user, f)]


def _signature(
    function: str, signed: list[SignedSlice], here: Slice, user: User, is_open: bool, optional: bool
) -> Signature:
    mine = [one for one in signed if one.sign_off.slice == here and one.sign_off.function == function]
    return Signature(
        function, FUNCTIONS[function], mine[0] if mine else None, is_open and may_sign(user, function), optional
    )


def sign_off_json(one: SignedSlice) -> dict[str, object]:
    """A sign-off as the API answers it."""
    held: SignOff = one.sign_off
    return {
        "function": held.function, "measure": held.slice.measure,
        "scope": {level: list(members) for level, members in held.slice.scope.items()},
        "periods": list(held.slice.periods) if held.slice.periods else None,
        "state": one.state, "act": held.act, "actor": held.actor, "at": held.at, "note": held.note,
        "revision": held.revision, "value_signed": held.value,
        "value_now": one.value if one.value == one.value else None,
    }  # fmt: skip
