"""Made-up plan: families and items with four measures over forty months, edited in memory."""

import math
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.browser.worksheet_calendar import MONTHS, PAST, Refusal, columns, label, month_of, with_totals

FAMILIES = 25
ITEMS = 200
LABELS = {
    "demand_history": ("Demand history", "units", 0, False),
    "statistical_forecast": ("Statistical forecast", "units", 0, False),
    "consensus_demand": ("Consensus demand", "units", 0, True),
    "revenue": ("Revenue", "USD", 0, False),
}
NAMES = (
    "Road Bikes",
    "Mountain Bikes",
    "Touring Bikes",
    "Helmets",
    "Wheels",
    "Saddles and seat posts for city, touring and cargo bikes",
)


class Stale(Exception):
    """The request stands on an older revision."""

    def __init__(self, revision: int, change: dict[str, Any]) -> None:
        super().__init__("stale")
        self.body = {"detail": "The plan has changed since you loaded it.", "revision": revision, "change": change}


@dataclass
class Deed:
    """One undoable step: cell values and locks before it."""

    change: dict[str, Any]
    before: dict[tuple[int, int, int], float]
    locks: frozenset[tuple[str, str]]
    cells: set[tuple[str, str]] = field(default_factory=set)


class MadeUpPlan:
    """Consensus demand by family, item and month; other measures follow from it."""

    def __init__(self, families: int = FAMILIES, items: int = ITEMS) -> None:
        self.families, self.items = families, items
        self.lock = threading.Lock()
        self.revision = 7
        self.done: list[Deed] = []
        self.undone: list[Deed] = []
        self.locked: frozenset[tuple[str, str]] = frozenset()
        self.advice = {"verdict": "unknown", "sentence": "", "n": 0, "helped_share": 0.0}
        self.values = {
            (f, i, m): float(round(120 + 40 * math.sin(m / 6 + f) + 17 * ((f * 31 + i * 7) % 9)))
            for f in range(families)
            for i in range(items)
            for m in range(MONTHS)
        }

    # questions

    def ask(self, name: str, asked: dict[str, str]) -> dict[str, Any]:
        """Answer a GET."""
        questions = {
            "window": self.window, "explain": self.explain, "difference": self.difference, "history": self.history,
            "series": self.series,
        }  # fmt: skip
        return questions[name](asked)

    def window(self, asked: dict[str, str]) -> dict[str, Any]:
        """Rows start..start+count of the open tree."""
        measures = asked["measures"].split(",")
        opened, closed = set(asked.get("open", "").split(",")), set(asked.get("closed", "").split(","))
        nodes = [
            n
            for n in self._nodes(opened, closed, int(asked.get("depth") or 0))
            if asked.get("scope", "") in self._label(n)
        ]
        start, count = int(asked["start"]), int(asked["count"])
        at = [divmod(r, len(measures)) for r in range(start, min(start + count, len(nodes) * len(measures)))]
        rows = [self._row(nodes[n], measures[m], opened, closed, int(asked.get("depth") or 0)) for n, m in at]
        return {
            "revision": self.revision,
            "scenario": "base",
            "total": len(nodes) * len(measures),
            "columns": columns(),
            "rows": rows,
        }

    def find(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The next line that holds a text, with its family open."""
        opened, closed = set(asked["open"]), set(asked["closed"])
        nodes = self._nodes({f"f{f}" for f in range(self.families)}, set(), 0)
        start = nodes.index(asked["after"]) + 1 if asked["after"] in nodes else 0
        text = asked["text"].lower()
        held = [n for n in nodes[start:] + nodes[:start] if text in f"{self._label(n)} {self._called(n)}".lower()]
        if not held:
            return {"row": None, "node": "", "open": [], "closed": []}
        above = set() if family_item(held[0])[1] is None else {held[0].split("i")[0]}
        opened, closed = opened | above, closed - above
        row = self._nodes(opened, closed, int(asked.get("depth") or 0)).index(held[0])
        measures = len(asked["measures"].split(","))
        return {"row": row * measures, "node": held[0], "open": sorted(opened), "closed": sorted(closed)}

    def explain(self, asked: dict[str, str]) -> dict[str, Any]:
        """Say where a cell comes from."""
        measure, node = asked["row"].split("@")
        value = self._value(node, measure, month_of(asked["column"]))
        inputs = [{"label": "Statistical forecast", "value": value, "unit": "units", "decimals": 0}]
        rows = [{"table": "demand_history.csv", "row": 1402, "text": "2025-11, BK-R93R-62, DC-East, 118"}]
        return {
            "value": value,
            "unit": "units",
            "decimals": 0,
            "meaning": "What we agreed to expect.",
            "inputs": inputs,
            "formula": "statistical_forecast + promotion_uplift, unless someone set it",
            "changes": self._changes(node),
            "rows": rows,
        }

    def difference(self, asked: dict[str, str]) -> dict[str, Any]:
        """Two steps from the plan published last."""
        return {
            "plan": "ab" * 32,
            "published_at": "2026-10-05T09:00:00+00:00",
            "published_by": "ines",
            "unit": "units",
            "decimals": 0,
            "start": "1000",
            "steps": [
                {"what": "New facts", "who": "", "why": "", "effect": "-40"},
                {"what": "Consensus demand +5 % for Road Bikes", "who": "dana", "why": "promotion", "effect": "48"},
            ],
            "end": "1008",
            "idle": 1,
        }

    def history(self, asked: dict[str, str]) -> dict[str, Any]:
        """List the changes of a cell."""
        return {"changes": self._changes(asked["row"].split("@")[1])}

    def series(self, asked: dict[str, str]) -> dict[str, Any]:
        """Four series of a line."""
        node = asked["row"].split("@")[1]
        line = [self._value(node, "consensus_demand", m) for m in range(MONTHS)]
        past, future = [None] * PAST, [None] * (MONTHS - PAST)
        series = [
            ("history", "History", line[:PAST] + future),
            ("statistical", "Statistical", past + [0.96 * v for v in line[PAST:]]),
            ("consensus", "Consensus", past + line[PAST:]),
            ("published", "Last published", past + [1.03 * v for v in line[PAST:]]),
        ]
        return {
            "unit": "units",
            "periods": [label(m) for m in range(MONTHS)],
            "series": [{"key": k, "label": n, "values": v} for k, n, v in series],
        }

    # deeds

    def do(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do a POST, one at a time."""
        if name == "find":
            return self.find(body)
        if name == "advice":
            return self.advice
        with self.lock:
            if body["revision"] != self.revision:
                raise Stale(self.revision, (self.done or self.undone)[-1].change)
            deeds = {
                "edit": self._edit, "lock": self._lock, "undo": self._undo, "redo": self._redo, "switch": self._switch,
            }  # fmt: skip
            return deeds[name](body)

    def edit_as(self, author: str, row: str, column: str, text: str, *, note: str = "") -> None:
        """Let someone else change a cell."""
        cell = {"row": row, "column": column, "text": text}
        self.do(
            "edit",
            {
                "revision": self.revision,
                "cells": [cell],
                "spread": "basis",
                "reason": "promotion",
                "note": note,
                "author": author,
            },
        )

    def _edit(self, body: dict[str, Any]) -> dict[str, Any]:
        change = {
            "id": f"c{self.revision + 1}",
            "author": body.get("author", "dana"),
            "at": datetime.now(UTC).isoformat(),
            "reason": body["reason"],
            "note": body["note"],
            "expires": body.get("expires"),
            "measure": "consensus_demand",
            "operation": f"to {body['cells'][0]['text']}",
            "scope": "",
            "periods": "",
        }
        deed, skipped, applied = Deed(change, {}, self.locked), [], 0
        for cell in body["cells"]:
            why = self._why(cell["row"], cell["column"])
            if why:
                skipped.append({"row": cell["row"], "column": cell["column"], "why": why})
                continue
            self._apply(deed, cell)
            applied += 1
        if not applied:
            raise Refusal("Nothing could be changed: " + "; ".join(s["why"] for s in skipped))
        return self._keep(deed) | {"applied": applied, "skipped": skipped, "changes": [change["id"]]}

    def _why(self, row: str, column: str) -> str:
        measure, _ = row.split("@")
        if measure != "consensus_demand":
            return "calculated"
        return "locked" if (row, column) in self.locked else ""

    def _apply(self, deed: Deed, cell: dict[str, str]) -> None:
        node, month = cell["row"].split("@")[1], month_of(cell["column"])
        leaves = self._leaves(node)
        old = sum(self.values[f, i, month] for f, i in leaves)
        new = amount(cell["text"], old)
        for f, i in leaves:
            value = self.values[f, i, month]
            deed.before.setdefault((f, i, month), value)
            self.values[f, i, month] = value * new / old if old else new / len(leaves)
        deed.cells.add((node, cell["column"]))

    def _lock(self, body: dict[str, Any]) -> dict[str, Any]:
        cells = {(cell["row"], cell["column"]) for cell in body["cells"]}
        deed = Deed({"author": "dana", "reason": "other", "note": "lock"}, {}, self.locked)
        self.locked = frozenset(self.locked | cells if body["locked"] else self.locked - cells)
        return self._keep(deed) | {"applied": len(cells), "skipped": [], "changes": []}

    def _keep(self, deed: Deed) -> dict[str, Any]:
        self.done.append(deed)
        self.undone.clear()
        self.revision += 1
        return {"revision": self.revision}

    def _undo(self, _: dict[str, Any]) -> dict[str, Any]:
        return self._swap(self.done, self.undone, "undo")

    def _redo(self, _: dict[str, Any]) -> dict[str, Any]:
        return self._swap(self.undone, self.done, "redo")

    def _switch(self, body: dict[str, Any]) -> dict[str, Any]:
        deed = next(deed for deed in self.done if deed.change.get("id") == body["change"])
        now = {key: self.values[key] for key in deed.before}
        self.values.update(deed.before)
        deed.before = now
        deed.change |= {"enabled": body["on"], "switched": f"{body['reason']} {body['note']}".strip()}
        self.revision += 1
        return {"revision": self.revision}

    def _swap(self, source: list[Deed], target: list[Deed], name: str) -> dict[str, Any]:
        if not source:
            raise Refusal(f"There is nothing to {name}.")
        deed = source.pop()
        now = {key: self.values[key] for key in deed.before}
        self.values.update(deed.before)
        target.append(Deed(deed.change, now, self.locked, deed.cells))
        self.locked = deed.locks
        self.revision += 1
        return {"revision": self.revision, "applied": len(now), "skipped": [], "changes": []}

    # tree

    def _nodes(self, opened: set[str], closed: set[str], depth: int) -> list[str]:
        nodes = []
        for f in range(self.families):
            nodes.append(f"f{f}")
            if (f"f{f}" in opened or depth > 0) and f"f{f}" not in closed:
                nodes += [f"f{f}i{i}" for i in range(self.items)]
        return nodes

    def _label(self, node: str) -> str:
        f, i = family_item(node)
        name = NAMES[f % len(NAMES)] + (f" {f // len(NAMES) + 1}" if f >= len(NAMES) else "")
        return (
            name
            if i is None
            else f"{name[:4].strip()}-{f * 1000 + i:05d} {'Black' if i % 2 else 'Silver'}, {38 + i % 30}"
        )

    def _called(self, node: str) -> str:
        _, i = family_item(node)
        return "" if i is None else f"Touring frame with a long description in size {38 + i % 30}, batch {i}"

    def _leaves(self, node: str) -> list[tuple[int, int]]:
        f, i = family_item(node)
        return [(f, j) for j in range(self.items)] if i is None else [(f, i)]

    def _value(self, node: str, measure: str, month: int) -> float:
        if measure == "statistical_forecast":
            return 0.96 * self._value(node, "consensus_demand", month)
        if measure == "revenue":
            return 84.5 * self._value(node, "consensus_demand", month)
        return sum(self.values[f, i, month] for f, i in self._leaves(node))

    def _row(self, node: str, measure: str, opened: set[str], closed: set[str], depth: int) -> dict[str, Any]:
        name, unit, decimals, editable = LABELS[measure]
        family = family_item(node)[1] is None
        months = [
            self._value(node, measure, m)
            if (m < PAST) == (measure == "demand_history") or measure == "revenue"
            else None
            for m in range(MONTHS)
        ]
        row = f"{measure}@{node}"
        return {
            "id": row,
            "node": node,
            "label": self._label(node),
            "name": self._called(node),
            "level": 0 if family else 1,
            "has_children": family,
            "open": family and (node in opened or depth > 0) and node not in closed,
            "measure": measure,
            "measure_label": name,
            "unit": unit,
            "decimals": decimals,
            "editable": editable,
            "values": with_totals(months),
            "marks": self._marks(row, node, measure),
        }

    def _marks(self, row: str, node: str, measure: str) -> dict[str, str]:
        marks: dict[str, str] = {}
        changed = {cell for deed in self.done for cell in deed.cells} if measure == "consensus_demand" else set()
        for at, column in enumerate(columns()):
            key = column["key"]
            mark = ("c" if (node, key) in changed else "") + ("l" if (row, key) in self.locked else "")
            if mark:
                marks[str(at)] = mark
        return marks

    def _changes(self, node: str) -> list[dict[str, Any]]:
        mine = [deed.change for deed in self.done if any(cell[0] == node for cell in deed.cells)]
        return [{**change, "undone": not change.get("enabled", True), "can_switch": True} for change in reversed(mine)]


def family_item(node: str) -> tuple[int, int | None]:
    """Numbers in a node's name."""
    match = re.fullmatch(r"f(\d+)(?:i(\d+))?", node)
    if match is None:
        raise Refusal(f"There is no row {node}.")
    return int(match[1]), None if match[2] is None else int(match[2])


def amount(text: str, old: float) -> float:
    """Read an entry."""
    if text.endswith("%"):
        return old * (1 + float(text[:-1]) / 100)
    if text.startswith("*"):
        return old * float(text[1:])
    if text.startswith("="):
        return float(text[1:])
    if text.startswith(("+", "-")):
        return old + float(text)
    return float(text.removesuffix("k")) * (1000 if text.endswith("k") else 1)
