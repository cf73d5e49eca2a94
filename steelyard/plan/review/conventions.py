"""Conventions: the settings by which a company counts supply, in groups, with what each does.

Every face (page, command, REST) shows and takes these; what a value may be is said by the parameters themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from steelyard.errors import ChangeInvalid
from steelyard.plan.inputs.parameters import PlanParameters, read_flag
from steelyard.plan.operation import Scalar

Kind = Literal["choice", "flag", "share", "text"]


@dataclass(frozen=True)
class Convention:
    """One way of counting.

    Args:
        name: The plan setting.
        label: What it is called where somebody sets it.
        meaning: What it does.
        choices: Its values with their words; empty where it is no choice.
        kind: choice, flag (yes or no), share (a number) or text.
    """

    name: str
    label: str
    meaning: str
    choices: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "flag"


_STOCK = (
    Convention(
        "stock_basis", "Stock that costs holding", "Which stock of a period is charged with holding.",
        {"ending": "what is there at its end", "average": "the mean of its opening and its end"}, "choice",
    ),
    Convention(
        "hold_above_target", "Holding above the target only", "Stock up to the target costs no holding.",
    ),
)  # fmt: skip
_CUSTOMERS = (
    Convention(
        "backlog_allowed", "Customers wait",
        "Where not, what is not there in its period is a lost sale.",
    ),
    Convention(
        "end_backlog", "What waits after the last period", "What becomes of orders that are still open then.",
        {"lost": "is lost, at the price of a lost sale", "forbidden": "must not be: priced above everything"}, "choice",
    ),
    Convention(
        "class_terms", "By class of customer",
        "Where waiting (backlog) and lost sales (goodwill) cost another share of the price, and who is served first "
        "(rank), such as Retail: backlog 0.3, goodwill 0.5, rank 1; Web: backlog 0.05.", kind="text",
    ),
)  # fmt: skip
_RATES = (
    Convention(
        "rate_increase_cost", "Cost of making more", "What each unit more than in the period before weighs, as a share "
        "of standard cost; 0 is free.", kind="share",
    ),
    Convention(
        "rate_decrease_cost", "Cost of making less", "What each unit less than in the period before weighs, likewise.",
        kind="share",
    ),
    Convention(
        "rate_basis", "Rate of production", "In what the rate is reckoned whose change costs.",
        {"period": "units a period", "day": "units a calendar day, so that a short month is no change"}, "choice",
    ),
    Convention(
        "whole_rate", "Whole rates", "Rates are rounded before their change is priced, where a plan is counted.",
    ),
)  # fmt: skip
_PEOPLE = (
    Convention(
        "undertime_paid", "Idle hours are paid", "Regular hours of machines and labour are paid whether used or not.",
    ),
    Convention(
        "idle_workers", "Workers may be idle", "Where not, all their regular hours are used.",
    ),
    Convention(
        "whole_output", "Whole output", "What workers make by level, chase and hybrid is rounded to whole units.",
    ),
    Convention(
        "subcontract_material", "Material of a subcontractor", "Who provides the components of what is made outside.",
        {"included": "the price has it in it", "provided": "it is taken from our stock; the price is for the work"},
        "choice",
    ),
)  # fmt: skip

CONVENTIONS: Mapping[str, tuple[Convention, ...]] = MappingProxyType(
    {"Stock": _STOCK, "Customers": _CUSTOMERS, "Change of rate": _RATES, "Hours, people and subcontractors": _PEOPLE}
)
"""Conventions by what they govern."""
BY_NAME: Mapping[str, Convention] = MappingProxyType({one.name: one for group in CONVENTIONS.values() for one in group})


def read_conventions(told: Mapping[str, object]) -> dict[str, Scalar]:
    """Read what somebody set of the conventions; None is not said.

    Raises:
        ChangeInvalid: There is no such convention, or it has no such value.

    Example:
        >>> read_conventions({"stock_basis": "average", "undertime_paid": "yes", "rate_basis": None})
        {'stock_basis': 'average', 'undertime_paid': True}
    """
    return {name: _read(name, value) for name, value in told.items() if value is not None}


def stated(parameters: PlanParameters) -> dict[str, Scalar]:
    """The conventions of a plan as they stand."""
    return {name: getattr(parameters, name) for name in BY_NAME}


def _read(name: str, value: object) -> Scalar:
    one = BY_NAME.get(name)
    if one is None:
        raise ChangeInvalid(f"There is no convention {name}", mend=f"use {', '.join(BY_NAME)}")
    text = str(value).strip()
    match one.kind:
        case "flag":
            return _flag(name, text)
        case "share":
            return _share(name, text)
        case "choice" if text not in one.choices:
            raise ChangeInvalid(f"The convention {name} is {text!r}", mend=f"use one of {', '.join(one.choices)}")
        case _:
            return text


def _flag(name: str, text: str) -> bool:
    try:
        return read_flag(text)
    except ValueError as fault:
        raise ChangeInvalid(f"The convention {name} is {text!r}", mend="use yes or no") from fault


def _share(name: str, text: str) -> float:
    try:
        return float(text.replace(",", ".")) if text else 0.0
    except ValueError as fault:
        raise ChangeInvalid(f"The convention {name} is {text!r}, no number", mend="use a share from 0 to 10") from fault
