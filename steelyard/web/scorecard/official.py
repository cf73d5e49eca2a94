"""Official record: on which plan the KPIs of a month are looked at, so that no what-if writes over them.

The rooms of the month know which scenario a month is run on; they enter their rule here when the app starts. A month
that stands in no calendar is looked at on scenarios that branch from no other.
"""

from collections.abc import Callable, Collection

from steelyard.errors import KpiInvalid
from steelyard.web.company import workspace

_rules: list[Callable[[str], Collection[str]]] = []


def official_rule(rule: Callable[[str], Collection[str]]) -> Callable[[str], Collection[str]]:
    """Enter a rule: of a month it says which scenarios hold its official numbers; nothing where it does not know."""
    if rule not in _rules:
        _rules.append(rule)
    return rule


def official_scenarios(month: str) -> list[str]:
    """The scenarios that hold the official numbers of a month; empty where no calendar knows it."""
    return sorted({name for rule in _rules for name in rule(month)})


def is_official(scenario: str, month: str) -> bool:
    """Whether a look at a scenario is the record of a month."""
    known = official_scenarios(month)
    return scenario in known if known else workspace().records.scenario(scenario).base_scenario is None


def require_official(scenario: str, month: str) -> None:
    """Go on only on the plan whose numbers count for the month.

    Raises:
        KpiInvalid: The scenario is a what-if: looking at it changes nothing on record.
    """
    if not is_official(scenario, month):
        known = official_scenarios(month)
        raise KpiInvalid(
            f"Cases and observations of {month} are kept on the plan of its cycle, not on a what-if",
            where=scenario,
            mend=f"look at {' or '.join(known)}" if known else "look at the scenario it branches from",
        )
