"""Kind of decision: what is decided, and whether money is bound for long."""

from dataclasses import dataclass

from steelyard.errors import DecisionInvalid


@dataclass(frozen=True)
class Kind:
    """One kind of decision."""

    key: str
    label: str
    resource: bool = False
    """Whether it binds resources for long: it then states what is spent and what that earns."""


DECLARED = (
    Kind("plan_approval", "Plan approval"),
    Kind("balance", "Balance of demand and supply"),
    Kind("price", "Price"),
    Kind("promotion", "Promotion"),
    Kind("launch", "Launch"),
    Kind("exit", "Exit"),
    Kind("sourcing", "Sourcing"),
    Kind("inventory", "Inventory", resource=True),
    Kind("shift", "Shift", resource=True),
    Kind("people", "People", resource=True),
    Kind("line", "Line", resource=True),
    Kind("site", "Site", resource=True),
    Kind("investment", "Investment", resource=True),
    Kind("other", "Other"),
)
KINDS = {kind.key: kind for kind in DECLARED}
PLAN_APPROVAL = "plan_approval"


def kind_of(key: str) -> Kind:
    """Find a kind.

    Raises:
        DecisionInvalid: There is no such kind.
    """
    if key not in KINDS:
        raise DecisionInvalid(f"There is no kind of decision {key!r}", mend=f"use one of {', '.join(KINDS)}")
    return KINDS[key]
