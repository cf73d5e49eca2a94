"""Option API: weigh capacity options on a plan's hour prices, and lay one on a branch."""

from django.http import HttpRequest
from ninja import Router, Schema

from steelyard.plan.review.capacity_options import ResourceOption, rank_options
from steelyard.plan.review.option_proposals import known_options
from steelyard.supply.capacity_option import CapacityOption, OptionKind
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.capacity.option_services import option_lay
from steelyard.web.capacity.selectors import worth_of
from steelyard.web.scenarios.plans import plan_of

router = Router(tags=["capacity"])


class CapacityOptionIn(Schema):
    """A way to get hours of a resource."""

    resource: str
    name: str
    kind: OptionKind
    hours: float
    cost_per_hour: float
    fixed_cost: float = 0.0
    lead_periods: int = 0
    capex: float = 0.0
    steps: int = 1
    residual_share: float = 0.0
    least_periods: int = 1


class CapacityLayIn(Schema):
    """An option to be laid on a branch."""

    branch: str
    option: CapacityOptionIn
    steps: int = 1
    note: str = ""


class LaidOut(Schema):
    """The branch that holds it."""

    scenario: str
    revision: int


class CapacityOptionOut(Schema):
    """What an option is worth at the plan's hour prices."""

    resource: str
    option: str
    kind: str
    term: str
    steps: int
    hours: float
    from_period: str | None
    benefit: float
    cost: float
    capex: float
    cost_per_hour: float | None
    npv: float
    payback: float | None
    rate: float | None


@router.post("/{scenario}/options", response={200: list[CapacityOptionOut], **REFUSALS}, summary="Capacity options")
def options(
    request: HttpRequest, scenario: str, options: list[CapacityOptionIn], discount_rate: float = 0.10
) -> list[dict[str, object]]:
    """Overtime, other sources and subcontractors of the data and the options given, ranked by net present value."""
    plan = plan_of(scenario)
    worth = worth_of(plan)
    known = [*known_options(plan, worth), *map(_option, options)]
    ranked = rank_options(plan, known, discount_rate=discount_rate, worth=worth)
    return ranked.rename({"from": "from_period"}, strict=False).to_dicts()


@router.post("/{scenario}/options/lay", response={200: LaidOut, **REFUSALS}, summary="Lay an option on a branch")
def lay(request: HttpRequest, scenario: str, wanted: CapacityLayIn) -> dict[str, object]:
    """Branch the scenario, with the option's hours in place from the period in which it is ready."""
    made = option_lay(
        scenario, wanted.branch, _option(wanted.option), user=person(request), steps=wanted.steps, note=wanted.note
    )
    return {"scenario": made.name, "revision": made.revision}


def _option(given: CapacityOptionIn) -> ResourceOption:
    fields = given.dict()
    return ResourceOption(fields.pop("resource"), CapacityOption(**fields))
