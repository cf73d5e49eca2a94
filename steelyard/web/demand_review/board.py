"""Board: which function stands behind which family, and where nobody does yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signature import CONSENSUS, FUNCTIONS
from steelyard.plan.sign_off.signed_slice import SignedSlice, rows_of, window_of
from steelyard.web.accounts.sight import called

REVIEWERS = ("demand_planning", "sales", "marketing", "finance")
"""Functions whose signature the consensus asks for."""
LEVEL = "product_family"
Standing = Literal["closed", "signed", "part", "stale", "unsigned"]
WORDS = {"closed": "closed", "signed": "signed", "part": "part signed", "stale": "moved since", "unsigned": "unsigned"}


@dataclass(frozen=True)
class Place:
    """What a function says about a family."""

    function: str
    standing: Standing
    told: str
    """Who signed, or how much is open."""

    @property
    def words(self) -> str:
        """The standing in words."""
        return WORDS[self.standing]


@dataclass(frozen=True)
class Family:
    """One line of the board."""

    member: str
    money: float
    """Consensus of the horizon at price."""
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Board:
    """All families in a slice by function."""

    functions: tuple[tuple[str, str], ...]
    families: tuple[Family, ...]
    open_money: dict[str, float]
    """By function: consensus at price that it has not signed, or that has moved since."""
    stale_money: dict[str, float]
    """By function: consensus at price that has moved since it signed."""
    open_families: dict[str, int]


@dataclass(frozen=True)
class _Cover:
    """Share of the planned cells of each series that a function has signed, closed, or that moved since."""

    fresh: Array
    closed: Array
    stale: Array
    by: tuple[str, ...]


def lay_board(plan: Plan, signed: Sequence[SignedSlice], scope: dict[str, tuple[str, ...]]) -> Board:
    """Hold the signatures of the consensus against the families of a slice, most money first."""
    series = plan.series(CONSENSUS)
    rows, names, codes = rows_of(scope, series), series.names(LEVEL), series.codes(LEVEL)
    inside = np.zeros(series.size, dtype=bool)
    inside[rows] = True
    money = np.where(inside, _money_of_series(plan), 0.0)
    covers = {function: _cover(plan, signed, function) for function in REVIEWERS}
    present = np.unique(codes[rows])
    worth = _by_family(money, codes, len(names))
    families = [_family(names[f], f, worth[f], codes, inside, covers) for f in present.tolist()]
    ordered = tuple(sorted(families, key=lambda one: (-one.money, one.member)))
    return Board(
        tuple((function, FUNCTIONS[function]) for function in REVIEWERS),
        ordered,
        {f: float((money * (1 - cover.fresh)).sum()) for f, cover in covers.items()},
        {f: float((money * cover.stale).sum()) for f, cover in covers.items()},
        {f: sum(_open(one, f) for one in ordered) for f in covers},
    )


def _open(family: Family, function: str) -> bool:
    return any(place.function == function and place.standing not in ("signed", "closed") for place in family.places)


def _family(
    member: str, number: int, money: float, codes: IntArray, inside: BoolArray, covers: dict[str, _Cover]
) -> Family:
    mine = np.flatnonzero(inside & (codes == number))
    return Family(member, float(money), tuple(_place(function, cover, mine) for function, cover in covers.items()))


def _place(function: str, cover: _Cover, mine: IntArray) -> Place:
    fresh, stale, closed = cover.fresh[mine], cover.stale[mine], cover.closed[mine]
    by = ", ".join(map(called, cover.by))
    if stale.any():
        return Place(function, "stale", by)
    if fresh.min() >= 1:
        return Place(function, "closed" if closed.min() >= 1 else "signed", by)
    return Place(function, "part", by) if fresh.any() else Place(function, "unsigned", "")


def _cover(plan: Plan, signed: Sequence[SignedSlice], function: str) -> _Cover:
    series, periods = plan.series(CONSENSUS), plan.horizon.size
    marks = {state: np.zeros((periods, series.size), dtype=bool) for state in ("signed", "closed", "stale")}
    people = []
    for one in signed:
        held = one.sign_off
        if held.function == function and held.slice.measure == CONSENSUS and one.state in marks:
            window = np.arange(periods)[window_of(held.slice, plan.horizon)]
            cells = np.ix_(window, rows_of(held.slice.scope, series))
            marks[one.state][cells] = True
            people.append(held.actor)
    fresh = (marks["signed"] | marks["closed"]) & ~marks["stale"]
    return _Cover(
        fresh.mean(axis=0), marks["closed"].mean(axis=0), marks["stale"].mean(axis=0), tuple(dict.fromkeys(people))
    )


def _money_of_series(plan: Plan) -> Array:
    """Consensus of the horizon at price, by series."""
    pairs = zip(plan.blocks(CONSENSUS), plan.blocks("price"), strict=True)
    return np.concatenate([np.nan_to_num(demand * price).sum(axis=0) for demand, price in pairs])


def _by_family(money: Array, codes: IntArray, size: int) -> Array:
    summed: Array = scatter_add(money[None], codes, size)[0]
    return summed
