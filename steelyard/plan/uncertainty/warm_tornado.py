"""Warm tornado: how far each driver alone moves profit, service and stock of the best supply plan, on a live solver."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time
from typing import Literal

import numpy as np

from steelyard.errors import PlanError
from steelyard.grid.block import Array
from steelyard.plan.balancing.program import UNHURRIED
from steelyard.plan.uncertainty.model_driver import ModelDriver
from steelyard.risk.robust import rank_swings
from steelyard.supply.evaluate import evaluate
from steelyard.supply.model import SupplyModel
from steelyard.supply.session import PlanSession

Outcome = Literal["profit", "service", "stock"]
OUTCOMES: tuple[Outcome, ...] = ("profit", "service", "stock")


@dataclass(frozen=True)
class PlanOutcome:
    """What the best plan of a model brings."""

    profit: float
    """Revenue less costs [money]."""
    service: float
    """Share of demand shipped in its own period."""
    stock: float
    """Mean value of stock [money]."""


@dataclass(frozen=True)
class WarmBar:
    """One driver at both ends of its range; the bars need not be symmetric."""

    name: str
    low: PlanOutcome
    high: PlanOutcome


@dataclass(frozen=True)
class WarmTornado:
    """All drivers.

    Args:
        base: The best plan as it stands.
        bars: The drivers, in the order in which they were given.
        seconds: CPU seconds of all solutions after the first.
        base_objective: What the best plan costs as it stands, waiting and stock at their price.
    """

    base: PlanOutcome
    bars: tuple[WarmBar, ...]
    seconds: float
    base_objective: float = 0.0

    def ranked(self, outcome: Outcome = "profit") -> tuple[tuple[WarmBar, float, float], ...]:
        """Bars with their low and high end less the base, the widest first.

        Raises:
            PlanError: There is no such outcome.
        """
        if outcome not in OUTCOMES:
            raise PlanError(f"There is no outcome {outcome!r}", mend=f"use {', '.join(OUTCOMES)}")
        ends = [np.array([getattr(getattr(bar, end), outcome) for bar in self.bars]) for end in ("low", "high")]
        found = rank_swings(getattr(self.base, outcome), ends[0], ends[1])
        pairs = zip(found.driver.tolist(), found.low.tolist(), found.high.tolist(), strict=True)
        return tuple((self.bars[driver], low, high) for driver, low, high in pairs)


def warm_tornado(model: SupplyModel, drivers: Sequence[ModelDriver], cost: Array | None = None) -> WarmTornado:
    """Move one driver at a time to both ends of its range and solve again from the solution of the model on.

    Args:
        model: The supply model, or a block of it, small enough to be solved again and again.
        drivers: What is uncertain.
        cost: Standard cost by which stock is valued, `[period, node]`; its holding cost by default.
    """
    session = PlanSession(model, seconds=UNHURRIED)
    worth = session.base.nodes.holding_cost if cost is None else cost
    base = _solved(session, session.base, worth)
    objective = evaluate(session.model, session.set_model(session.base, "bounds").decisions).objective
    session.keep_start()
    began = process_time()
    bars = tuple(
        WarmBar(
            one.name,
            _solved(session, one.move(session.base, one.low / 100), worth),
            _solved(session, one.move(session.base, one.high / 100), worth),
        )
        for one in drivers
    )
    return WarmTornado(base, bars, process_time() - began, objective)


def _solved(session: PlanSession, model: SupplyModel, worth: Array) -> PlanOutcome:
    """Solve a model warm.

    NOTE: the dual simplex also after changes of cost: many costs move a little, and it ends ten times sooner there.
    """
    plan = session.set_model(model, "bounds")
    done = evaluate(session.model, plan.decisions)
    return PlanOutcome(
        done.profit, done.service(session.model), float((done.stock * worth).sum()) / session.model.length
    )  # fmt: skip
