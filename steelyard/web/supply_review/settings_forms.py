"""Settings forms: what the engines heed and how supply is counted, as they stand or as somebody typed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from steelyard.errors import SteelyardError
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.inputs.supply_terms import SupplyTerms
from steelyard.plan.plan import Plan
from steelyard.plan.review.conventions import BY_NAME, CONVENTIONS, Convention, read_conventions, stated
from steelyard.plan.review.engine_settings import check_classes
from steelyard.web.supply_review import selectors
from steelyard.web.ui.typed import TypedField, typed_form

Said = Mapping[str, str]


@dataclass(frozen=True)
class ConventionField:
    """One convention as the page asks for it."""

    convention: Convention
    value: str
    altered: bool
    """Whether the plan has another than a plan where nobody sets it."""
    fault: str = ""
    """What is wrong with what was typed, and how to mend it."""


def settings_forms(plan: Plan) -> dict[str, object]:
    """Both forms as the plan has them."""
    knobs = plan.inputs.parameters
    heed = {
        "goal": knobs.supply_goal, "stability": TypedField(str(knobs.stability_weight)), "whole_lots": knobs.whole_lots,
        "ranking": knobs.supply_ranking, "overtime": knobs.overtime_by_priority,
    }  # fmt: skip
    shown = {"goals": selectors.goals(), "rankings": selectors.rankings(), "heed": heed}
    return shown | _counting(plan, {name: TypedField(_typed(value)) for name, value in stated(knobs).items()})


def conventions_again(plan: Plan, said: Said, fault: SteelyardError) -> dict[str, object]:
    """Both forms where what was typed of the conventions cannot be kept: open, as typed, the reason at its field.

    Args:
        plan: The plan as it stands.
        said: What was typed, by convention.
        fault: Why it was refused; stands above the forms where it is the fault of no single field.
    """
    typed = typed_form(said, BY_NAME, lambda name, text: _read(plan, name, text))
    shown = settings_forms(plan) | _counting(plan, typed.fields) | {"conventions_open": True}
    return shown if typed.wrong else shown | {"fault": str(fault)}


def heed_again(plan: Plan, said: Said, fault: SteelyardError, *, of_stability: bool) -> dict[str, object]:
    """Both forms where what was typed of what the engines heed cannot be kept.

    Args:
        plan: The plan as it stands.
        said: What was typed, by field.
        fault: Why it was refused.
        of_stability: Whether that is the fault of the weight of stability.
    """
    heed = {
        "goal": said.get("goal", ""), "ranking": said.get("ranking", ""),
        "stability": TypedField(said.get("stability", ""), str(fault) if of_stability else ""),
        "whole_lots": bool(said.get("whole_lots")), "overtime": bool(said.get("overtime")),
    }  # fmt: skip
    return settings_forms(plan) | {"heed": heed} | ({} if of_stability else {"fault": str(fault)})


def _counting(plan: Plan, typed: Mapping[str, TypedField]) -> dict[str, object]:
    """How supply is counted, in groups, what of it somebody set, and the classes of customer it may name."""
    here, usual = stated(plan.inputs.parameters), stated(PlanParameters())
    groups = {
        group: [
            ConventionField(one, typed[one.name].text, here[one.name] != usual[one.name], typed[one.name].fault)
            for one in conventions
        ]
        for group, conventions in CONVENTIONS.items()
    }
    altered = [one.convention.label for fields in groups.values() for one in fields if one.altered]
    classes = cast(SupplyTerms, plan.inputs.values["supply_terms"]).class_names
    return {"conventions": groups, "altered": altered, "class_names": classes}


def _read(plan: Plan, name: str, text: str) -> None:
    told = read_conventions({name: text})
    PlanParameters(**told)  # type: ignore[arg-type]
    if name == "class_terms":
        check_classes(told[name], plan)


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
