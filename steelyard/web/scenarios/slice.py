"""Slice: the part of the company a page is about: what its address names, else the person's own."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from steelyard.errors import SteelyardError, UnknownMember
from steelyard.grid.series import Scope as AnyScope
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.plan import Plan
from steelyard.web.accounts.permissions import person
from steelyard.web.accounts.selectors import own_scope
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios.asked import filter_text, parse_scope
from steelyard.web.scenarios.words import scope_text

Scope = dict[str, tuple[str, ...]]
REMEMBERED = "slice"
EVERYTHING, OWN = "everything", "own"
DEMAND = "consensus_demand"
"""The measure whose series a slice is cut from."""


@dataclass(frozen=True)
class PageSlice:
    """What a page shows a part of, and the ways to another part."""

    scope: Scope
    """Members by level; empty is everything."""
    words: str
    has_own: bool
    is_own: bool
    everything_url: str
    own_url: str
    fault: str = ""
    """Why the slice that was asked for is not shown."""

    @property
    def text(self) -> str:
        """The slice as an address names it."""
        return filter_text(self.scope)


def page_slice(request: HttpRequest, plan: Plan) -> PageSlice:
    """The slice a page opens on.

    An address may name one (`scope`, or `level_of_slice` with `member`). Without it the person's own slice is shown;
    `slice` set to everything or own switches that for all pages until the person signs out. A slice that is not in the
    plan gives everything, and says why.
    """
    own = own_scope(person(request))
    if request.GET.get("slice") in (EVERYTHING, OWN):
        request.session[REMEMBERED] = request.GET["slice"]
    usual = {} if request.session.get(REMEMBERED) == EVERYTHING else own
    fault, scope = "", usual
    try:
        scope = _named(request, usual)
        check_scope(plan, scope)
    except SteelyardError as error:
        fault, scope = str(error), {}
    return PageSlice(
        scope=scope,
        words=scope_text(scope, member_names(plan.inputs.extract)),
        has_own=bool(own),
        is_own=bool(own) and scope == own,
        everything_url=_switched(request, EVERYTHING),
        own_url=_switched(request, OWN),
        fault=fault,
    )


def check_scope(plan: Plan, scope: AnyScope) -> None:
    """Go on only when a slice exists.

    Raises:
        UnknownMember: It has a level or member that the plan has not, or holds no series.
    """
    if not plan.series(DEMAND).select(scope).size:
        raise UnknownMember("No series lies in this slice", mend="take a part of it away")


def items_inside(plan: PlanNumbers, scope: AnyScope) -> list[str]:
    """Items of which at least one series lies in a slice, in the order of the plan."""
    series = plan.series(DEMAND)
    return list(series.members["item"][series.select(scope).tolist()].unique(maintain_order=True))


def meets(plan: PlanNumbers, scope: AnyScope, other: AnyScope) -> bool:
    """Whether two slices share a series; one that the plan does not know is not ruled out."""
    series = plan.series(DEMAND)
    try:
        first, second = series.select(scope), series.select(other)
    except UnknownMember:
        return True
    return bool(set(first.tolist()) & set(second.tolist()))


def _named(request: HttpRequest, usual: Scope) -> Scope:
    level, member = request.GET.get("level_of_slice", ""), request.GET.get("member", "").strip()
    if level and member:
        return {level: tuple(part.strip() for part in member.split("|") if part.strip())}
    return parse_scope(request.GET["scope"]) if "scope" in request.GET else usual


def _switched(request: HttpRequest, to: str) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("scope", "level_of_slice", "member", "slice")}
    return f"?{urlencode({**kept, 'slice': to})}"
