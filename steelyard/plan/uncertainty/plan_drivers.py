"""Plan drivers: what moves the best supply plan of a plan, of a large one on a block of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.plan.balancing.block import BlockTold, block_of
from steelyard.plan.balancing.focus import NO_FOCUS, Focus, within
from steelyard.plan.balancing.standing_model import balance_base
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.uncertainty.model_driver import drivers_of, usual_drivers
from steelyard.plan.uncertainty.register import Assumption
from steelyard.plan.uncertainty.warm_tornado import WarmTornado, warm_tornado


@dataclass(frozen=True)
class PlanDrivers:
    """A warm tornado of a plan.

    Args:
        tornado: The bars.
        stated: Whether its ranges were stated; else each driver moves by the usual percentage.
        left_out: Assumptions whose measure a supply model does not know.
        block: What to know where it is of a block of a large plan; None where it is of the whole.
    """

    tornado: WarmTornado
    stated: bool
    left_out: tuple[Assumption, ...]
    block: BlockTold | None


def plan_drivers(plan: PlanNumbers, assumptions: Sequence[Assumption], focus: Focus = NO_FOCUS) -> PlanDrivers:
    """Move each assumption with a range, or where there is none each usual driver, and solve again.

    Args:
        plan: The plan.
        assumptions: What counts.
        focus: What the block of a large plan is to be about.

    Raises:
        PlanError: No block of a large plan is small enough, or nothing is short in the focus.
        ChangeInvalid: The focus names what the plan does not have.
    """
    base = balance_base(plan)
    within(base, focus)  # refuses what the plan does not have, large or not
    block = block_of(base, focus, full=True)
    stated, left = drivers_of(base, assumptions, block)
    drivers = stated or usual_drivers(base, block=block)
    if block is None:
        return PlanDrivers(warm_tornado(base.full, drivers, base.cost), bool(stated), tuple(left), None)
    found = warm_tornado(block.part.model, drivers, base.cost[:, block.part.node])
    told = block.told_of(block.whole_objective(found.base_objective))
    return PlanDrivers(found, bool(stated), tuple(left), told)
