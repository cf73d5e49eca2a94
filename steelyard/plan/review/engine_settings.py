"""Engine settings: what an engine puts first, how near it stays to the last plan, and how supply is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from steelyard.errors import ChangeInvalid, PlanError
from steelyard.plan.change import Change
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Scalar, SetParameter
from steelyard.plan.record_tables import PublishedRecord
from steelyard.plan.review.conventions import read_conventions
from steelyard.supply.class_terms import unknown_classes

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
        conventions: How supply is counted, by name of the setting; see `CONVENTIONS`. None is not said.
    """

    goal: str = ""
    whole_lots: bool | None = None
    stability: float | None = None
    ranking: str = ""
    overtime: bool | None = None
    conventions: Mapping[str, object] = field(default_factory=dict)

    @property
    def said(self) -> bool:
        """Whether anything is wanted."""
        return self != EngineSettings(conventions=self.conventions) or any(
            value is not None for value in self.conventions.values()
        )


def settings_changes(
    settings: EngineSettings, plan: PlanNumbers, published: Sequence[PublishedRecord], *, author: str, at: datetime
) -> list[Change]:
    """The changes of parameters that make the settings; stability is measured from the plan published last.

    Args:
        settings: What is wanted.
        plan: The plan as it stands; what it has already is no change.
        published: All published plans, oldest first.
        author: Who wants it.
        at: When.

    Raises:
        PlanError: No plan has been published that another could stay near to.
        ChangeInvalid: There is no such convention or class of customer, or it has no such value.
    """
    standing = plan.inputs.parameters
    told = [*_engine_parameters(settings, published), *read_conventions(settings.conventions).items()]
    check_classes(dict(told).get("class_terms"), plan)
    return [
        Change(SetParameter(name, value), author=author, at=at, reason=REASON)
        for name, value in told
        if getattr(standing, name) != value
    ]


def check_classes(terms: Scalar, plan: PlanNumbers) -> None:
    """Refuse terms for classes of customer that a plan does not have.

    Raises:
        ChangeInvalid: There is no such class, or the terms cannot be read.
    """
    names = cast(SupplyTerms, plan.inputs.values["supply_terms"]).class_names
    unknown = unknown_classes(str(terms or ""), names)
    if unknown:
        raise ChangeInvalid(f"There is no class of customer {', '.join(unknown)}", mend=f"use {', '.join(names)}")


def _engine_parameters(settings: EngineSettings, published: Sequence[PublishedRecord]) -> list[tuple[str, Scalar]]:
    told: list[tuple[str, Scalar]] = []
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
    return told
