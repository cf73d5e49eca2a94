"""Weights by record: how much each stream should count in a slice, as its graded forecasts say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from steelyard.demand.stream import STREAMS
from steelyard.demand.stream_weight import StreamError, weights_by_error
from steelyard.errors import ChangeInvalid
from steelyard.grid.series import Scope
from steelyard.plan.change import Change
from steelyard.plan.measuring.record import ForecastRecord
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import SetValue

BASE = "intelligence"
"""The touchpoint that is the statistical stream: unconstrained demand."""
DECIMALS = 2
NOT_HEARD, NO_RECORD, GRADED = "not heard", "no record", "graded"


@dataclass(frozen=True)
class ProposedWeight:
    """What a stream weighs now, and what its record asks for."""

    stream: str
    now: float
    """Mean weight in the slice [0 to 1]."""
    proposed: float
    """The same as now where the record says nothing."""
    cells: int
    """Graded cells in which the stream said something of its own."""
    error: float
    """Root mean square error there [units]; NaN without cells."""
    base_error: float
    """That of the statistical stream on the same cells [units]; NaN without cells."""
    footing: str
    """graded; no record: it has not said anything that can be graded; not heard: the company gives it no weight."""

    @property
    def moves(self) -> bool:
        """Whether adopting it would change anything."""
        return self.footing == GRADED and abs(self.proposed - self.now) >= 0.5 * 10.0**-DECIMALS


def propose_weights(
    record: ForecastRecord, plan: PlanNumbers, *, scope: Scope | None = None, lag: int | None = None
) -> tuple[ProposedWeight, ...]:
    """Propose the weights of the streams of a slice by their track record.

    A stream is graded only where it differed from unconstrained demand, against it and on the same cells. One that has
    no such cell, or that the company does not hear (weight 0), keeps its weight.

    Args:
        record: What was said and what came, in the slice.
        plan: The plan whose weights are to be set.
        scope: Members by level; nothing means everything.
        lag: Only this lag; all lags without one.
    """
    now = {stream: plan.value(f"{stream}_weight", scope=scope or {}) for stream in STREAMS}
    errors = {stream: _error(record, stream, lag) for stream in STREAMS[1:]}
    heard = {stream: one for stream, one in errors.items() if one.cells and now[stream] > 0}
    wanted = weights_by_error(heard) if heard and now["statistical"] > 0 else {}
    return tuple(_proposed(stream, now[stream], wanted.get(stream), errors.get(stream)) for stream in STREAMS)


def weight_changes(
    proposed: Sequence[ProposedWeight], *, author: str, at: datetime, scope: Scope | None = None
) -> tuple[Change, ...]:
    """The changes that adopt proposed weights, with the evidence as their note.

    Raises:
        ChangeInvalid: No weight would change.
    """
    moving = [one for one in proposed if one.moves]
    if not moving:
        raise ChangeInvalid(
            "The record proposes no other weights",
            mend="publish plans in which the streams speak, and wait for actuals",
        )
    return tuple(
        Change(
            SetValue(one.proposed, per="cell"), f"{one.stream}_weight", scope or {}, author=author, at=at,
            reason="correction", note=_evidence(one),
        )
        for one in moving
    )  # fmt: skip


def _proposed(stream: str, now: float, wanted: float | None, error: StreamError | None) -> ProposedWeight:
    footing = GRADED if wanted is not None else NO_RECORD if now > 0 else NOT_HEARD
    cells = error.cells if error else 0
    own, base = (np.sqrt(error.squared), np.sqrt(error.base_squared)) if error and cells else (np.nan, np.nan)
    proposed = now if wanted is None else round(wanted, DECIMALS)
    return ProposedWeight(stream, now, proposed, cells, float(own), float(base), footing)


def _error(record: ForecastRecord, stream: str, lag: int | None) -> StreamError:
    name = f"{stream}_forecast"
    if name not in record.said or BASE not in record.said:
        return StreamError(0, 0.0, 0.0)
    rows = record.at_lag(lag)
    actual, said, base = record.actual[rows], record.said[name][rows], record.said[BASE][rows]
    own = np.isfinite(actual) & np.isfinite(said) & np.isfinite(base) & (np.abs(said - base) > 1e-9)
    if not own.any():
        return StreamError(0, 0.0, 0.0)
    return StreamError(int(own.sum()), *(float(np.square((part - actual)[own]).mean()) for part in (said, base)))


def _evidence(one: ProposedWeight) -> str:
    if not one.cells:
        return "Weighed by track record, against the streams beside it"
    return (
        f"Weighed by track record: {one.cells} graded forecasts, root mean square error {one.error:,.0f} units, "
        f"statistics {one.base_error:,.0f} there"
    )
