"""Sheet: one plan seen through one view; gives windows of its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isnan

import numpy as np

from steelyard.errors import UnknownMember
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.measure import Grain, Measure
from steelyard.plan.plan import Plan
from steelyard.web.worksheet.address import Node, Row
from steelyard.web.worksheet.beside import Beside, Variant
from steelyard.web.worksheet.columns import Column, lay_columns
from steelyard.web.worksheet.cube import Cube, Scope, rows_inside
from steelyard.web.worksheet.tree import TOTAL, Level, Tree, build_tree
from steelyard.web.worksheet.view import View

DECIMALS = {
    "units": 0, "money": 0, "hours": 1, "periods": 1, "percent": 1, "ratio": 1, "money/unit": 2, "weight": 2
}  # fmt: skip
SHARES = frozenset({"percent", "ratio"})
"""Units whose numbers are shares of one; people read them in percent."""
LIMITS = {"utilisation": 100.0, "overload": 0.0, "shortage_quantity": 0.0, "backlog": 0.0}
"""What a number shown may reach before it needs a person."""
ROUNDING = 0.05
ALL = 0.995
"""Share from which on a stream is told to speak for all of the demand."""
TOTAL_LABEL = "Total"


@dataclass(frozen=True)
class Line:
    """One row of a window."""

    node: Node
    label: str
    level: int
    has_children: bool
    open: bool
    measure: Measure
    values: tuple[float | None, ...]
    marks: Mapping[str, str]
    variant: Variant = ""
    """delta or percent where the line tells the difference from the plan beside."""
    against: str = ""
    """What that plan is called."""
    voice: float | None = None
    """For which share of the demand a stream speaks; None where for all of it, and for what is no stream."""

    @property
    def id(self) -> str:
        """The row's key in the protocol."""
        return Row(self.node, self.measure.name, self.variant).key


@dataclass(eq=False)
class Sheet:
    """A plan's numbers laid out for a view."""

    levels: tuple[str, ...]
    tree: Tree
    columns: tuple[Column, ...]
    cube: Cube
    _seen: dict[tuple[object, ...], tuple[IntArray, IntArray]] = field(default_factory=dict)

    def visible(self, view: View) -> tuple[IntArray, IntArray]:
        """Depth (-1: the grand total) and node of each line that the view's open nodes show."""
        key = (view.depth, view.opened, view.closed)
        if key not in self._seen:
            depths, nodes = self.tree.visible(self._opened(view))
            self._seen.clear()
            self._seen[key] = (np.concatenate(([-1], depths)), np.concatenate(([0], nodes)))
        return self._seen[key]

    def total(self, view: View) -> int:
        """How many rows the view has."""
        return int(self.visible(view)[0].size) * len(view.lines)

    def lines(self, view: View, start: int, count: int, beside: Beside | None = None) -> list[Line]:
        """Rows from `start` on; with another plan beside, each measure is followed by its differences."""
        depths, nodes = self.visible(view)
        stop = min(start + count, depths.size * len(view.lines))
        opened = self._opened(view)
        cache: dict[tuple[str, int, str], _Part] = {}
        return [self._line(view, row, depths, nodes, opened, cache, beside) for row in range(max(start, 0), stop)]

    def path(self, depth: int, node: int) -> tuple[tuple[str, str], ...]:
        """Level and member on the way down to a node."""
        if depth < 0:
            return ()
        level = self.tree.levels[depth]
        return tuple(zip(level.names, level.paths.row(node), strict=True))

    def next_path(self, fits: Callable[[str, str], bool], after: str = "") -> tuple[tuple[str, str], ...] | None:
        """Path of the next node, open or not, whose level and member fit; from the top again at the end.

        Args:
            fits: Whether a level and member are looked for.
            after: Key of the node to search from.
        """
        depths, nodes = self.tree.visible([np.ones(level.size, dtype=bool) for level in self.tree.levels[:-1]])
        found = np.flatnonzero(self._fitting(fits, depths, nodes))
        if not found.size:
            return None
        depth, node = self._find(after) if after else (-1, 0)
        here = np.flatnonzero((depths == depth) & (nodes == node))
        start = int(here[0]) if here.size else -1
        place = int(found[np.searchsorted(found, start, side="right") % found.size])
        return self.path(int(depths[place]), int(nodes[place]))

    def row_of(self, view: View, path: tuple[tuple[str, str], ...]) -> int:
        """Number of the first row of a node that the view shows."""
        depth, node = self._find(view.node(path).key)
        depths, nodes = self.visible(view)
        return int(np.flatnonzero((depths == depth) & (nodes == node))[0]) * len(view.lines)

    def level(self, depth: int) -> Level:
        """The nodes of a depth; -1 is the grand total."""
        return TOTAL if depth < 0 else self.tree.levels[depth]

    def _fitting(self, fits: Callable[[str, str], bool], depths: IntArray, nodes: IntArray) -> BoolArray:
        fitting = np.zeros(depths.size, dtype=bool)
        for depth, level in enumerate(self.tree.levels):
            name, here = level.names[-1], depths == depth
            members = level.paths[name]
            wanted = [member for member in members.unique().to_list() if fits(name, member)]
            fitting[here] = members.is_in(wanted).to_numpy()[nodes[here]]
        return fitting

    def _opened(self, view: View) -> list[BoolArray]:
        opened = [np.full(level.size, depth < view.depth) for depth, level in enumerate(self.tree.levels[:-1])]
        for keys, value in ((view.opened, True), (view.closed, False)):
            for key in keys:
                depth, node = self._find(key)
                if 0 <= depth < len(opened):
                    opened[depth][node] = value
        return opened

    def _find(self, key: str) -> tuple[int, int]:
        path = Node.parse(key).path
        depth = len(path) - 1
        if not 0 <= depth < len(self.tree.levels) or tuple(level for level, _ in path) != self.levels[: depth + 1]:
            return -1, 0
        node = self.tree.levels[depth].number_of.get(tuple(member for _, member in path))
        return (-1, 0) if node is None else (depth, node)

    def _line(
        self,
        view: View,
        row: int,
        depths: IntArray,
        nodes: IntArray,
        opened: list[BoolArray],
        cache: "dict[tuple[str, int, str], _Part]",
        beside: Beside | None,
    ) -> Line:
        place, number = divmod(row, len(view.lines))
        (name, variant), depth, node = view.lines[number], int(depths[place]), int(nodes[place])
        if (name, depth, variant) not in cache:
            cache[name, depth, variant] = self._part(name, depth, variant, beside)
        part = cache[name, depth, variant]
        path = self.path(depth, node)
        parents = 0 <= depth < len(opened)
        return Line(
            node=view.node(path),
            label=path[-1][1] if path else TOTAL_LABEL,
            level=max(depth, 0),
            has_children=parents,
            open=bool(parents and opened[depth][node]),
            measure=self.cube.plan.measure(name),
            values=part.values(node, self.cube.plan.measure(name), len(self.columns), variant),
            marks=part.marks(node),
            variant=variant,
            against=beside.name if beside and variant else "",
            voice=part.voice(node),
        )

    def _part(self, measure: str, depth: int, variant: Variant, beside: Beside | None) -> "_Part":
        level = self.level(depth)
        if variant:
            return _Part(beside.differences(self.cube, measure, level, variant) if beside else None, None, None)
        numbers = self.cube.values(measure, level)
        if numbers is None:
            return _Part(None, None, None)
        changed, locked = self.cube.changed(measure, level), self.cube.locked(measure, level)
        return _Part(numbers, changed, locked, self.cube.voice(measure, level))


@dataclass(frozen=True)
class _Part:
    numbers: Array | None
    changed: BoolArray | None
    locked: BoolArray | None
    voices: Array | None = None

    def voice(self, node: int) -> float | None:
        share = float("nan") if self.voices is None else float(self.voices[node])
        return share if share < ALL else None

    def values(self, node: int, measure: Measure, width: int, variant: Variant = "") -> tuple[float | None, ...]:
        if self.numbers is None:
            return (None,) * width
        scale = 1.0 if variant == "percent" else shown_scale(measure.unit)
        shown = np.round(self.numbers[:, node] * scale, decimals(measure) + 2)
        return tuple(None if isnan(value) else value for value in shown.tolist())

    def marks(self, node: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for mark, cells in (("c", self.changed), ("l", self.locked)):
            if cells is not None:
                for column in np.flatnonzero(cells[:, node]).tolist():
                    found[str(column)] = found.get(str(column), "") + mark
        return found


def decimals(measure: Measure) -> int:
    """Decimals that people want to see."""
    return DECIMALS.get(measure.unit, 0 if measure.is_money else 1)


def limit_of(measure: Measure) -> float | None:
    """The largest number that is well; None where a number alone tells nothing."""
    limit = LIMITS.get(measure.name)
    return None if limit is None else limit + ROUNDING * 10.0 ** (1 - decimals(measure))


def shown_unit(unit: str) -> str:
    """The unit that people read."""
    return "%" if unit in SHARES else unit


def shown_scale(unit: str) -> float:
    """What a number is multiplied by before it is shown."""
    return 100.0 if unit in SHARES else 1.0


def lay_sheet(plan: Plan, view: View, older: Sheet | None = None) -> Sheet:
    """Lay a plan out for a view; what an older sheet of the same view still holds true is kept.

    Raises:
        NotFound: A measure is not declared.
        UnknownMember: No grain of the measures knows a level or member of the view.
    """
    grains = view_grains(plan, view)
    inputs = plan.inputs
    columns = lay_columns(plan.calendar, inputs.history_count, time=view.time, past=view.past, totals=view.totals)
    if older is not None and older.cube.plan.inputs is inputs:
        return Sheet(older.levels, older.tree, columns, Cube(plan, columns, older.cube.scopes, older.cube))
    scopes = _scopes(plan, view)
    indexes = [(inputs.series[g], rows_inside(inputs.series[g], scope)) for g, scope in scopes.items() if g in grains]
    tree = build_tree(indexes, view.levels)
    if not tree.levels:
        raise UnknownMember(f"These measures have no level {view.levels[0]!r}", mend="choose another level")
    return Sheet(view.levels, tree, columns, Cube(plan, columns, scopes))


def view_grains(plan: Plan, view: View) -> frozenset[Grain]:
    """The grains that a view's measures have; they decide which lines there are.

    Raises:
        NotFound: A measure is not declared.
    """
    return frozenset(plan.measure(name).grain for name in view.measures)


def _scopes(plan: Plan, view: View) -> dict[Grain, Scope]:
    scopes: dict[Grain, Scope] = {}
    for grain, series in plan.inputs.series.items():
        if series.has(dict(view.filter)):
            scopes[grain] = {level: tuple(m for m in ms if series.has_member(level, m)) for level, ms in view.filter}
    if not any(rows_inside(plan.inputs.series[grain], scope).size for grain, scope in scopes.items()):
        where = "; ".join(f"{level}: {', '.join(members)}" for level, members in view.filter)
        raise UnknownMember("Nothing matches this filter", where=where, mend="widen the filter")
    return scopes
