"""Answers: what the worksheet tells the grid, as JSON."""

import json

import polars as pl

from steelyard.plan.explain import ChangeEffect, Explanation
from steelyard.web.accounts.permissions import User
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.scenarios.api_schema import change_json
from steelyard.web.scenarios.asked import finite
from steelyard.web.worksheet.selectors import CellChange, Difference, RowSeries, WindowOfRows, row_editable
from steelyard.web.worksheet.sheet import Line, decimals, limit_of, shown_scale, shown_unit

ROWS_SHOWN = 12


def window_json(window: WindowOfRows, user: User) -> bytes:
    """A window as JSON bytes.

    NOTE: written by hand and not through a schema: a window holds some four thousand numbers.
    """
    plan = window.moment.plan
    names = member_names(plan.inputs.extract)
    editable = {line.measure.name: window.moment.open and row_editable(line.measure, user) for line in window.lines}
    told = {
        "revision": window.moment.revision,
        "scenario": window.moment.name,
        "currency": base_currency(plan.inputs.extract),
        "total": window.total,
        "editable": window.editable,
        "can_undo": window.moment.scenario.can_undo(user.username),
        "can_redo": window.moment.scenario.can_redo(user.username),
        "history_count": plan.inputs.history_count,
        "columns": [
            {"key": c.key, "label": c.label, "kind": c.kind, "group": c.group, "editable": c.editable}
            for c in window.sheet.columns
        ],
        "rows": [_line(line, editable[line.measure.name], names) for line in window.lines],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _line(line: Line, editable: bool, names: MemberNames) -> dict[str, object]:
    return {
        "id": line.id,
        "node": line.node.key,
        "label": line.label,
        "name": names.of(*line.node.path[-1]) if line.node.path else "",
        "level": line.level,
        "has_children": line.has_children,
        "open": line.open,
        "measure": f"{line.measure.name}~{line.variant}" if line.variant else line.measure.name,
        "measure_label": _label(line),
        "voice": None if line.voice is None else max(round(100 * line.voice), 1),
        "unit": "%" if line.variant == "percent" else shown_unit(line.measure.unit),
        "decimals": 1 if line.variant == "percent" else decimals(line.measure),
        "editable": editable and not line.variant,
        "span": line.measure.span,
        "limit": None if line.variant else limit_of(line.measure),
        "values": line.values,
        "marks": line.marks,
    }


def _label(line: Line) -> str:
    if not line.variant:
        return line.measure.label
    return f"less {line.against}" if line.variant == "delta" else f"less {line.against}, %"


def explanation(told: Explanation, names: MemberNames) -> dict[str, object]:
    """An explanation for the side panel."""
    found = list(told.rows.items())
    return {
        "measure": told.measure,
        "label": told.label,
        "meaning": told.meaning,
        "formula": f"{told.formula}\n\nHere: {told.reason}" if told.reason else told.formula,
        "calculated_by": told.calculated_by,
        "value": finite(told.value * shown_scale(told.unit)),
        "unit": shown_unit(told.unit),
        "inputs": [{"measure": i.name, "label": i.label, "value": i.value, "unit": i.unit} for i in told.inputs],
        "changes": [effect(one, names) for one in told.changes],
        "rows": [row for table, frame in found for row in extract_rows(table, frame)],
        "rows_total": sum(frame.height for _, frame in found),
    }


def effect(one: ChangeEffect, names: MemberNames) -> dict[str, object]:
    """A change and what it did to a number."""
    return {**change_json(one.change, names), "effect": one.effect}


def difference(told: Difference | None) -> dict[str, object]:
    """Why a number differs from the plan published last; `plan` is empty where none has been published."""
    if told is None:
        return {"plan": "", "steps": []}
    held, plan = told.chain, told.plan
    return {
        "plan": plan.id if plan else told.name,
        "name": told.name,
        "published_at": plan.at.isoformat() if plan else "",
        "published_by": plan.actor if plan else "",
        "unit": held.unit,
        "decimals": held.decimals,
        "start": str(held.start),
        "steps": [{"what": s.what, "who": s.who, "why": s.why, "effect": str(s.effect)} for s in held.steps],
        "end": str(held.end),
        "idle": held.idle,
    }


def extract_rows(table: str, frame: pl.DataFrame) -> list[dict[str, object]]:
    """The first rows of the extract behind a number, each as a line of text."""
    shown = [name for name in frame.columns if not name.startswith("_")]
    return [
        {
            "table": table,
            "row": row.get("_source_row") or "",
            "source": row.get("_source") or "",
            "text": ", ".join(f"{name} {_said(row[name])}" for name in shown if row[name] not in (None, "")),
        }
        for row in frame.head(ROWS_SHOWN).iter_rows(named=True)
    ]


def change(one: CellChange, names: MemberNames) -> dict[str, object]:
    """A change in the history of a cell."""
    return {**change_json(one.change, names), "undone": one.undone, "can_switch": one.can_switch}


def series(told: RowSeries) -> dict[str, object]:
    """A row over time for the chart."""
    scale = shown_scale(told.unit)
    return {
        "unit": shown_unit(told.unit),
        "periods": told.periods,
        "history_count": told.history_count,
        "series": [
            {
                "key": one.key,
                "label": one.label,
                "values": [None if v is None else round(v * scale, 3) for v in one.values],
            }
            for one in told.series
        ],
    }


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
