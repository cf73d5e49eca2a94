"""Recipe: all that an option's plan is made of, so that it can be made again and published whatever happens since."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from steelyard.plan.calculator import Calculator, plan_digest
from steelyard.plan.canonical import Json
from steelyard.plan.change import Change
from steelyard.plan.inputs import PlanParameters
from steelyard.plan.plan import Plan


@dataclass(frozen=True)
class Recipe:
    """A scenario as it was when it became an option."""

    scenario: str
    revision: int
    digest: str
    """Digest of the plan."""
    extract: str
    parameters: PlanParameters
    changes: tuple[Change, ...]

    @property
    def holds(self) -> bool:
        """Whether today's code makes the same plan of it."""
        return plan_digest(self.extract, self.parameters, self.changes) == self.digest

    def plan(self, calculator: Calculator) -> Plan:
        """Make the plan again: the same numbers by the same code.

        Raises:
            NotFound: The extract is not here any more.
        """
        return calculator.plan(self.scenario, self.extract, self.parameters, self.changes)

    def to_json(self) -> dict[str, Json]:
        """The recipe as plain values."""
        return {
            "scenario": self.scenario,
            "revision": self.revision,
            "digest": self.digest,
            "extract": self.extract,
            "parameters": asdict(self.parameters),
            "changes": [change.to_json() for change in self.changes],
        }


def recipe_of(plan: Plan, revision: int) -> Recipe:
    """The recipe of a plan that a scenario gave at a revision."""
    return Recipe(plan.name, revision, plan.digest, plan.inputs.extract, plan.parameters, plan.changes)


def read_recipe(spelled: Mapping[str, Json]) -> Recipe:
    """Read what `to_json` wrote."""
    settings: Mapping[str, Json] = spelled["parameters"]  # type: ignore[assignment]
    changes: Sequence[Mapping[str, Json]] = spelled["changes"]  # type: ignore[assignment]
    return Recipe(
        str(spelled["scenario"]),
        int(str(spelled["revision"])),
        str(spelled["digest"]),
        str(spelled["extract"]),
        PlanParameters(**settings),  # type: ignore[arg-type]
        tuple(Change.from_json(dict(change)) for change in changes),
    )
