"""Role: what a person is in the process, and what that lets them do."""

from collections.abc import Mapping
from enum import StrEnum

from steelyard.plan.sight.sight import Side

MAKE_THE_FIRST = "make the first administrator: steelyard user add NAME --role administrator"
"""What a company needs in which nobody can sign in yet."""


class Role(StrEnum):
    """The roles of the monthly process."""

    DEMAND_PLANNER = "demand_planner"
    SALES = "sales"
    PRODUCT_MANAGER = "product_manager"
    SUPPLY_PLANNER = "supply_planner"
    FINANCE = "finance"
    SOP_LEAD = "sop_lead"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role as people read it."""
        return {"sop_lead": "S&OP lead"}.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def usual_money(self) -> "Money":
        """The money the role sees unless an administrator says otherwise."""
        return Money.SALES if self is Role.SALES else Money.ALL


def role_label(key: str) -> str:
    """A role, or a function, as people read it.

    Example:
        >>> role_label("sop_lead"), role_label("plant_head")
        ('S&OP lead', 'Plant head')
    """
    return Role(key).label if key in set(Role) else key.replace("_", " ").capitalize()


class Money(StrEnum):
    """How much of the money a role sees."""

    ALL = "all"
    SALES = "sales"
    NONE = "none"

    @property
    def label(self) -> str:
        """What people read."""
        return {"all": "All money", "sales": "Revenue and prices only", "none": "No money"}[self.value]

    @property
    def hidden(self) -> frozenset[Side]:
        """Kinds of money that are kept from the role."""
        hidden: dict[str, frozenset[Side]] = {"sales": frozenset({"cost"}), "none": frozenset({"sales", "cost"})}
        return hidden.get(self.value, frozenset())


class Ability(StrEnum):
    """What a role may be allowed to do. Every signed-in person may look."""

    EDIT_DEMAND = "edit_demand"
    EDIT_SUPPLY = "edit_supply"
    EDIT_FINANCE = "edit_finance"
    BRANCH = "branch"
    ARCHIVE = "archive"
    IMPORT = "import"
    PUBLISH = "publish"
    EXPORT = "export"
    READ_TRAIL = "read_trail"
    GOVERN = "govern"
    ADMINISTER = "administer"


_PLANNING = frozenset({Ability.BRANCH, Ability.EXPORT})
_ALL = frozenset(Ability)

ABILITIES: Mapping[Role, frozenset[Ability]] = {
    Role.DEMAND_PLANNER: _PLANNING | {Ability.EDIT_DEMAND, Ability.IMPORT},
    Role.SALES: _PLANNING | {Ability.EDIT_DEMAND},
    Role.PRODUCT_MANAGER: _PLANNING | {Ability.EDIT_DEMAND},
    Role.SUPPLY_PLANNER: _PLANNING | {Ability.EDIT_SUPPLY, Ability.IMPORT},
    Role.FINANCE: _PLANNING | {Ability.EDIT_FINANCE, Ability.READ_TRAIL},
    Role.SOP_LEAD: _ALL - {Ability.ADMINISTER},
    Role.EXECUTIVE: frozenset({Ability.EXPORT}),
    Role.ADMINISTRATOR: _ALL,
}

EDITS_AREA: Mapping[str, Ability] = {
    "demand": Ability.EDIT_DEMAND,
    "supply": Ability.EDIT_SUPPLY,
    "inventory": Ability.EDIT_SUPPLY,
    "finance": Ability.EDIT_FINANCE,
    "portfolio": Ability.EDIT_DEMAND,
    "balancing": Ability.BRANCH,
}
"""Which ability an edit of a measure takes, by the area that declares the measure."""
