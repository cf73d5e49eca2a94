"""Exports: decisions, options, signatures, grades and actions as tables of a workbook."""

from datetime import date, datetime

import polars as pl

from steelyard.cycle.decision.outlook import FIGURES
from steelyard.web.decisions import models
from steelyard.web.decisions.action_selectors import action_lines
from steelyard.web.decisions.page import seen_outlook
from steelyard.web.decisions.papers import case_of, outlook_read
from steelyard.web.decisions.selectors import decision_lines, graded_decisions, sees_whole_money


def decision_tables() -> dict[str, pl.DataFrame]:
    """All that the person sees of decisions, by the name of the sheet."""
    found = {
        "Decisions": _decisions(),
        "Options": _options(),
        "Signatures": _signatures(),
        "Grades": _grades(),
        "Actions": _actions(),
    }
    kept = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in found.items() if rows}
    return kept or {"Decisions": pl.DataFrame({"Number": []})}


def _decisions() -> list[dict[str, object]]:
    return [
        {"Number": one.number, "Cycle": one.cycle, "Forum": one.forum_label, "Kind": one.kind_label,
         "Question": one.question, "State": one.state, "At stake": one.amount, "Needed by": _day(one.due),
         "Owner": one.owner, "Asked by": one.asked_by, "Recommended": one.recommended, "Chosen": one.chosen,
         "Decided at": _day(one.decided_at), "Published plan": one.published}
        for one in decision_lines()
    ]  # fmt: skip


def _options() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for option in models.Option.objects.filter(decision__in=_seen()).order_by("decision", "number"):
        outlook = seen_outlook(outlook_read(option))
        figures = {one.label: outlook.figures.get(one.name) if outlook else None for one in FIGURES}
        case = case_of(option) if sees_whole_money() else None
        money = {"Capex": case.capex if case else None, "NPV": case.npv if case else None,
                 "Payback, years": case.payback if case else None}  # fmt: skip
        rows.append(
            {"Decision": option.decision_id, "Option": option.number, "Label": option.label,
             "Scenario": option.scenario, "Revision": option.revision, "Plan digest": option.recipe_id, **figures,
             **money}
        )  # fmt: skip
    return rows


def _signatures() -> list[dict[str, object]]:
    return [
        {"Decision": one.decision_id, "Verdict": one.verdict, "Option": one.option, "Who": one.person,
         "Role": one.role, "In place of": one.instead_of, "At": one.at, "Paper": one.paper,
         "Digest": one.digest, "Statement": one.statement, "Conditions": "; ".join(one.conditions),
         "Void": str(one.void)}
        for one in models.Signature.objects.filter(decision__in=_seen())
    ]  # fmt: skip


def _seen() -> list[int]:
    return [line.number for line in decision_lines()]


def _grades() -> list[dict[str, object]]:
    return [
        {"Decision": one.decision.number, "Question": one.decision.question, "Forum": one.decision.forum_label,
         "To": one.grade.periods[-1], "Number": line.name, "Expected": line.expected, "P10": line.low,
         "P90": line.high, "Came": line.actual, "Verdict": line.verdict, "Gain over best other": one.grade.gain}
        for one in graded_decisions()
        for line in one.grade.lines
    ]  # fmt: skip


def _actions() -> list[dict[str, object]]:
    return [
        {"Number": one.number, "What": one.text, "Owner": one.owner, "Due": _day(one.due), "Value": one.value,
         "Status": one.status, "Cycle": one.cycle, "Days late": one.days_late, "Outcome": one.outcome}
        for one in action_lines()
    ]  # fmt: skip


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value
