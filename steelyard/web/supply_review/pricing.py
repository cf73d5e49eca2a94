"""Pricing: what hours of a plan are worth, worked out once for the supply review, capacity and its options."""

from dataclasses import dataclass

from steelyard.plan.plan import Plan
from steelyard.plan.review.pricing import PricedPlan
from steelyard.supply.bottleneck import rank_bottlenecks
from steelyard.web.answers.answers import Answers

_solved: Answers[PricedPlan] = Answers("Pricing hours", 2, long=True)
"""The plans priced last: hours, bottlenecks and options are asked for one after the other."""


@dataclass(frozen=True)
class HourLine:
    """What one more hour is worth in a period."""

    resource: str
    period: str
    price: float
    hours: float
    overtime: float


@dataclass(frozen=True)
class ScarceResource:
    """A resource whose hours are worth money: where to buy hours."""

    resource: str
    worth: float
    """Price x hours over all periods [money]."""
    price: float
    """Money for its dearest hour."""
    periods: int
    """In how many periods its hours are worth anything."""


def priced_plan(plan: Plan) -> PricedPlan:
    """A plan with prices of its hours, the same for every page."""
    return _solved.of(plan, lambda: PricedPlan(plan))


def priced_at_hand(plan: Plan) -> PricedPlan | None:
    """The same, where nobody has to wait for it."""
    return _solved.at_hand(plan)


def forget_prices() -> None:
    """Forget what was priced."""
    _solved.forget()


def scarce_resources(priced: PricedPlan) -> list[ScarceResource]:
    """Resources that hold the plan back, most money first: the order of the capacity page."""
    names = priced.names.resources
    return [
        ScarceResource(names[one.resource], one.worth, one.price, len(one.periods))
        for one in rank_bottlenecks(priced.solved.binding)
    ]


def hour_lines(priced: PricedPlan) -> list[HourLine]:
    """What one more hour is worth by resource and period, most money (price x hours) first."""
    resources, periods = priced.names.resources, priced.names.periods
    ranked = sorted(priced.solved.binding, key=lambda one: (-one.worth, one.resource, one.period))
    return [HourLine(resources[b.resource], periods[b.period], b.price, b.load, b.overtime) for b in ranked]
