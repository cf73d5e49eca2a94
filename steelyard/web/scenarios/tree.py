"""Tree: the picture of the scenarios: where each branched off, in columns from the facts to the latest branch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steelyard.web.company import workspace
from steelyard.web.scenarios.selectors import ScenarioLine
from steelyard.web.ui.dates import day_words

WIDTH, HEIGHT = 184, 42
"""Size of a node [px]."""
ACROSS, DOWN = 56, 14
"""Space between columns and between rows [px]."""
MARGIN = 6
LONGEST = 23
"""Letters of a name that fit."""


@dataclass(frozen=True)
class Node:
    """A scenario in the picture, or what scenarios stand on."""

    name: str
    """Whole name; empty for an extract or a published plan."""
    text: str
    """What is written, cut to fit."""
    note: str
    """The small line below."""
    kind: str
    """extract, plan or scenario."""
    x: int
    y: int
    muted: bool = False
    marked: bool = False
    """Whether it is the scenario everybody works on."""

    @property
    def middle(self) -> int:
        """Where lines meet it [px]."""
        return self.y + HEIGHT // 2

    @property
    def text_x(self) -> int:
        """Where its text begins [px]."""
        return self.x + 10


@dataclass(frozen=True)
class Edge:
    """The line from a base to its branch."""

    path: str
    kind: str


@dataclass(frozen=True)
class Tree:
    """The picture."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    node_width: int = WIDTH
    node_height: int = HEIGHT


def tree_of(lines: Sequence[ScenarioLine], *, main: str = "base") -> Tree:
    """Lay the scenarios out: one row each, branches right of their base, all of one extract or plan together.

    Args:
        lines: Scenarios, each followed by its branches.
        main: The scenario that is marked.
    """
    days = {record.digest: day_words(record.as_of) for record in workspace().extracts()}
    nodes: list[Node] = []
    edges: list[Edge] = []
    placed: dict[str, Node] = {}
    row = 0
    for source, group in _by_source(lines).items():
        root = _root(source, days, row)
        nodes.append(root)
        for line in group:
            node = _node(line, row, marked=line.name == main)
            base = placed.get(line.base, root)
            edges.append(Edge(_curve(base, node), "plan" if base.kind == "plan" else "branch"))
            nodes.append(node)
            placed[line.name] = node
            row += 1
    depth = max((node.x for node in nodes), default=0)
    return Tree(tuple(nodes), tuple(edges), depth + WIDTH + MARGIN, row * (HEIGHT + DOWN) + MARGIN)


def _by_source(lines: Sequence[ScenarioLine]) -> Mapping[tuple[str, str], list[ScenarioLine]]:
    """Scenarios by what the first of each family stands on: an extract or a published plan."""
    groups: dict[tuple[str, str], list[ScenarioLine]] = {}
    source = ("extract", "")
    for line in lines:
        if line.depth == 0:
            is_plan = line.base.startswith("plan ")
            source = ("plan", line.base.removeprefix("plan ")) if is_plan else ("extract", line.extract)
        groups.setdefault(source, []).append(line)
    return groups


def _root(source: tuple[str, str], days: Mapping[str, str], row: int) -> Node:
    kind, key = source
    note = "published plan" if kind == "plan" else "extract"
    text = key[:12] if kind == "plan" else f"Facts of {days.get(key, key[:8])}"
    return Node("", text, note, kind, MARGIN, _y(row))


def _node(line: ScenarioLine, row: int, *, marked: bool) -> Node:
    changes = f"{line.changes} change{'' if line.changes == 1 else 's'}"
    state = "archived" if line.archived else "locked" if line.closed else line.share
    name = line.name if len(line.name) <= LONGEST else f"{line.name[: LONGEST - 1]}…"
    x = MARGIN + (line.depth + 1) * (WIDTH + ACROSS)
    return Node(
        line.name, name, f"{changes}{f', {state}' if state else ''}", "scenario", x, _y(row), line.archived, marked
    )


def _y(row: int) -> int:
    return MARGIN + row * (HEIGHT + DOWN)


def _curve(base: Node, branch: Node) -> str:
    """A line that leaves the base to the right and meets the branch from the left."""
    start, end = base.x + WIDTH, branch.x
    middle = (start + end) // 2
    if base.middle == branch.middle:
        return f"M{start} {base.middle}H{end}"
    return f"M{start} {base.middle}C{middle} {base.middle} {middle} {branch.middle} {end} {branch.middle}"
