"""Balance preview: what levers do by the plan's own engine, for the terminal and for machines."""

import polars as pl
from rich.console import Console

from steelyard.cli.table import NumberForm, show_frame
from steelyard.plan.balancing.preview import LeverPreview, Preview
from steelyard.plan.balancing.take import TakenCheck

WHOLE, SIGNED = NumberForm(), NumberForm(signed=True)


def preview_payload(found: Preview) -> dict[str, object]:
    """The preview as plain values."""
    return {
        "levers": [
            {"key": one.key, "name": one.name, "modelled": one.modelled, "fault": one.fault, "plan": _told(one.check)}
            for one in found.levers
        ],
        "together": _told(found.together),
    }


def show_preview(console: Console, found: Preview, currency: str) -> None:
    """A line a lever, and one for all together."""
    rows = [_row(one.name, one.check, one.modelled) for one in found.levers if one.check is not None]
    if len(rows) > 1:
        rows.append(_row("together", found.together, None))
    forms = {"late before": WHOLE, "late after": WHOLE, "cost": WHOLE}
    forms |= dict.fromkeys(("late money", "margin", "margin less cost", "model says"), SIGNED)
    if rows:
        frame = pl.DataFrame(rows, infer_schema_length=None)
        show_frame(console, frame, title=f"By the plan's own engine, nothing taken [{currency}]", forms=forms)
    for one in found.levers:
        for words in _warnings(one):
            console.print(words)


def _row(name: str, check: TakenCheck | None, modelled: float | None) -> dict[str, object]:
    if check is None:
        return {"lever": name}
    return {
        "lever": name, "late before": check.gap_before, "late after": check.gap_after,
        "late money": check.money_after - check.money_before, "margin": check.margin_more,
        "cost": check.cost, "margin less cost": check.margin_less_cost, "model says": modelled,
    }  # fmt: skip


def _warnings(one: LeverPreview) -> list[str]:
    if one.check is None:
        return [f"[yellow]{one.name} cannot be taken:[/] {one.fault}"]
    if one.check.backfires:
        return [f"[yellow]{one.name}: more is late than before; the engine of this plan makes nothing of it.[/]"]
    if one.check.margin_less_cost < 0 < (one.modelled or 0.0):
        return [f"[yellow]{one.name} loses money alone by this engine;[/] schedule_change lets it plan by money."]
    return []


def _told(check: TakenCheck | None) -> dict[str, object] | None:
    if check is None:
        return None
    return vars(check) | {"margin_less_cost": check.margin_less_cost, "backfires": check.backfires}
