"""Signed slice: the numbers a sign-off stands for, whether they have moved since, and what a closed one refuses."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from steelyard.errors import ChangeInvalid, SliceClosed
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.calendar import Calendar
from steelyard.grid.series import Scope, SeriesIndex
from steelyard.plan.change import Change, known_rows
from steelyard.plan.graph import Wiring
from steelyard.plan.inputs import PlanInputs
from steelyard.plan.numbers import PlanNumbers, span_of
from steelyard.plan.operation import Lock
from steelyard.plan.sign_off.signature import SignOff, Slice, State

DIGITS = 6
"""Decimals that count in a digest: more is noise of the last bit, not another number."""


@dataclass(frozen=True)
class SignedSlice:
    """A sign-off held against the numbers of now."""

    sign_off: SignOff
    state: State
    value: float
    """Total of the slice now; NaN where the slice is not in the plan any more."""

    @property
    def moved(self) -> float:
        """By how much the total has moved since it was signed."""
        return self.value - self.sign_off.value


def check_slice(plan: PlanNumbers, signed: Slice) -> None:
    """Go on only when a slice exists in a plan.

    Raises:
        NotFound: There is no such measure.
        UnknownMember: There is no such level or member.
        UnknownPeriod: The measure does not cover the periods.
        ChangeInvalid: The measure is no number of the demand review, or no series lies in the slice.
    """
    measure = plan.measure(signed.measure)
    if measure.span != "horizon" or measure.is_ratio:
        raise ChangeInvalid(f"{measure.label} is not signed off", mend="sign a stream, or consensus_demand")
    span_of(plan.horizon, signed.periods)
    if not plan.series(signed.measure).select(signed.scope).size:
        raise ChangeInvalid("No series lies in this slice", where=str(signed), mend="loosen the scope")


def slice_of(measure: str, scope: Scope, periods: tuple[str, str] | str | None) -> Slice:
    """The slice that is meant: one period is the first and the last, one member is a list of one."""
    window = (periods, periods) if isinstance(periods, str) else periods
    members = {level: (m,) if isinstance(m, str) else tuple(m) for level, m in scope.items()}
    return Slice(measure, members, window)


def seen_numbers(plan: PlanNumbers, signed: Slice) -> tuple[str, float]:
    """Digest and total of what a person sees in a slice.

    Raises:
        GridError, PlanError: The slice is not in the plan; see `check_slice`.
    """
    check_slice(plan, signed)
    return slice_digest(plan, signed), slice_total(plan, signed)


def slice_values(plan: PlanNumbers, signed: Slice) -> Array:
    """The numbers of a slice, `[period, series]`; none where its members or periods have left the plan."""
    series, horizon = plan.series(signed.measure), plan.horizon
    rows, window = rows_of(signed.scope, series), window_of(signed, horizon)
    parts = [plan.blocks(signed.measure)[j][window, local] for j, local in series.by_block(rows).items()]
    return np.concatenate(parts, axis=1) if parts else np.empty((0, 0))


def slice_digest(plan: PlanNumbers, signed: Slice) -> str:
    """Digest of the numbers of a slice and of the series they belong to (sha256, hexadecimal)."""
    values = slice_values(plan, signed)
    keys = plan.series(signed.measure).members[rows_of(signed.scope, plan.series(signed.measure)).tolist()]
    digest = hashlib.sha256(repr(values.shape).encode())
    for key in plan.series(signed.measure).keys:
        digest.update("\x1f".join(keys[key].to_list()).encode())
    digest.update(np.ascontiguousarray(np.round(values, DIGITS) + 0.0).data)
    return digest.hexdigest()


def slice_total(plan: PlanNumbers, signed: Slice) -> float:
    """The total of a slice; NaN where nothing is left of it, 0 where nobody says anything."""
    values = slice_values(plan, signed)
    return float(np.nansum(values)) if values.size else float("nan")


def held_against(plan: PlanNumbers, sign_off: SignOff) -> SignedSlice:
    """Say whether a sign-off still stands for the numbers of a plan."""
    now = slice_total(plan, sign_off.slice)
    moved = sign_off.stands and slice_digest(plan, sign_off.slice) != sign_off.digest
    return SignedSlice(sign_off, "stale" if moved else sign_off.act, now)


def refuse_closed(changes: Iterable[Change], closed: Sequence[SignOff], inputs: PlanInputs, wiring: Wiring) -> None:
    """Refuse changes of cells that a function has signed and closed, or that these are calculated from.

    Args:
        changes: What shall move.
        closed: Closed slices.
        inputs: Series and calendar of the plan.
        wiring: Which measure is calculated from which.

    Raises:
        SliceClosed: A change works on cells that are closed; the message says who closed them and how to reopen.
    """
    for signed in closed:
        feeds = _feeds(signed.slice.measure, wiring)
        for change in changes:
            if change.moves_cells and change.measure in feeds and _meet(change, signed.slice, inputs, wiring):
                mend = f"ask {signed.actor} to reopen it, in the demand review or with `steelyard sign-off --reopen`"
                raise SliceClosed(f"{signed.slice} was {signed.told}", where=str(change), mend=mend)


def _feeds(signed: str, wiring: Wiring) -> set[str]:
    """A measure and the judgements on demand it is made of; a price that moves demand makes it stale instead."""
    room = wiring.measures[signed].area
    made_of = (wiring.measures[name] for name in wiring.editable_ancestors(signed))
    return {signed, *(measure.name for measure in made_of if measure.area == room or measure.optional)}


def _meet(change: Change, signed: Slice, inputs: PlanInputs, wiring: Wiring) -> bool:
    series = inputs.series[wiring.measures[signed.measure].grain]
    if not (_inside(change.scope, series) & _inside(signed.scope, series)).any():
        return False
    if wiring.measures[change.measure].span != "horizon":
        return True
    horizon = inputs.periods("horizon")
    mine, theirs = window_of(Slice("", {}, change.periods), horizon), window_of(signed, horizon)
    return bool(max(mine.start, theirs.start) < min(mine.stop, theirs.stop))


def rows_of(scope: Scope, series: SeriesIndex) -> IntArray:
    """Rows of a scope, as far as its members are in the plan."""
    known = known_rows(Change(Lock(), scope=scope), series)
    return np.empty(0, np.int64) if known is None else series.select(known)


def window_of(signed: Slice, horizon: Calendar) -> slice:
    """Planned periods of a slice, as far as they are in the plan."""
    if signed.periods is None:
        return slice(0, horizon.size)
    inside = [i for i, label in enumerate(horizon.labels) if signed.periods[0] <= label <= signed.periods[1]]
    return slice(inside[0], inside[-1] + 1) if inside else slice(0, 0)


def _inside(scope: Scope, series: SeriesIndex) -> BoolArray:
    """Rows of the levels that the series have; other levels do not narrow them."""
    found = np.zeros(series.size, dtype=bool)
    found[rows_of({level: m for level, m in scope.items() if level in series.levels}, series)] = True
    return found
