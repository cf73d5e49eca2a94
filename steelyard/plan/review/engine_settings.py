"""Engine settings: what an engine puts first, whether it ends in whole lots, how near it stays to the last plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steelyard.errors import PlanError
from steelyard.plan.change import Change
from steelyard.plan.operation import SetParameter
from steelyard.plan.record_tables import PublishedRecord

REASON = "supply_constraint"


@dataclass(frozen=True)
class EngineSettings:
    """What somebody wants of the engines; what is not said stays.

    Args:
        goal: profit, delivery or fair_share.
        whole_lots: Whether the exact engine ends with whole workers, shifts and lots.
        stability: What a unit beside the plan published last weighs, as a share of standard cost.
        ranking: Who gets scarce hours first when the plan is made by priority; one of `SupplyRanking`.
        overtime: Whether the plan by priority works overtime where that earns more than it costs.
    """

    goal: str = ""
    whole_lots: bool | None = None
    stability: float | None = None
    ranking: str = ""
    overtime: bool | None = None

    @property
    def said(self) -> bool:
        """Whether anything is wanted."""
        return self != EngineSettings()


def settings_changes(
    settings: EngineSettings, published: Sequence[PublishedRecord], *, author: str, at: datetime
) -> list[Change]:
    """The changes of parameters that make the settings; stability is measured from the plan published last.

    Args:
        settings: What is wanted.
        published: All published plans, oldest first.
        author: Who wants it.
        at: When.

    Raises:
        PlanError: No plan has been published that another could stay near to.
    """
    told: list[tuple[str, str | float | bool]] = []
    if settings.goal:
        told.append(("supply_goal", settings.goal))
    if settings.whole_lots is not None:
        told.append(("whole_lots", settings.whole_lots))
    if settings.stability is not None:
        if settings.stability and not published:
            raise PlanError("No plan has been published yet", mend="publish one first, or set stability to 0")
        told.append(("stability_weight", settings.stability))
        told.append(("approved_plan", published[-1].id if settings.stability else ""))
    if settings.ranking:
        told.append(("supply_ranking", settings.ranking))
    if settings.overtime is not None:
        told.append(("overtime_by_priority", settings.overtime))
    return [Change(SetParameter(name, value), author=author, at=at, reason=REASON) for name, value in told]
