"""Merge API: difference, merge, promotion and rebase of scenarios."""

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from steelyard.plan.change import Change
from steelyard.plan.merge.proposal import Choice
from steelyard.plan.merge.rebase import Rebased
from steelyard.web.accounts.api_guard import REFUSALS
from steelyard.web.accounts.permissions import person
from steelyard.web.company import workspace
from steelyard.web.masterdata.names import member_names
from steelyard.web.scenarios import merging, selectors
from steelyard.web.scenarios.api_schema import WRITE_REFUSALS, ScenarioEventOut, ScenarioOut, change_json

router = Router(tags=["scenarios"])


class MergeIn(Schema):
    """A merge to be made: choices by the id of their change."""

    other: str
    choices: dict[str, Choice] = Field(default_factory=dict)
    otherwise: Choice | None = None
    """How conflicts are settled that are not named; none leaves them open, and nothing is merged."""
    revision: int | None = None


class RebaseIn(Schema):
    """A rebase to be made."""

    name: str
    extract: str = ""
    note: str = ""


@router.get("/{name}/difference", response={200: dict, **REFUSALS}, summary="Difference of inputs")
def difference(request: HttpRequest, name: str, against: str) -> dict[str, object]:
    """Changes, settings and extract in which two scenarios differ, and what both started from."""
    found = merging.scenario_difference(name, against)
    extract = workspace().scenario(name).extract
    return {
        "base": found.base,
        "only_here": _spelled(found.between.removed, extract),
        "only_there": _spelled(found.between.added, extract),
        "switched": _spelled(found.between.switched, extract),
        "alike": len(found.between.kept),
        "parameters": {key: [str(a), str(b)] for key, (a, b) in found.parameters.items()},
        "extracts": list(found.extracts),
    }


@router.get("/{name}/merge", response={200: dict, **REFUSALS}, summary="What a merge would do")
def preview(request: HttpRequest, name: str, other: str) -> dict[str, object]:
    """Changes taken without conflict, conflicts to be settled, changes that do not fit."""
    view = merging.merge_view(name, other)
    return {
        "revision": view.revision,
        "base": view.base,
        "takes": [change_json(line.change, line.names) for line in view.takes],
        "conflicts": [
            {
                "id": one.theirs.change.id,
                "theirs": change_json(one.theirs.change, one.theirs.names),
                "ours": [change_json(line.change, line.names) for line in one.ours],
                "cells": one.cells,
            }
            for one in view.conflicts
        ],
        "misfits": [{**change_json(line.change, line.names), "why": why} for line, why in view.misfits],
        "known": view.known,
    }


@router.post("/{name}/merge", response={200: ScenarioEventOut, **WRITE_REFUSALS}, summary="Merge")
def merge(request: HttpRequest, name: str, asked: MergeIn) -> dict[str, object]:
    """Take over the changes of another scenario as one step that can be undone."""
    event = merging.scenario_merge(
        name, asked.other, choices=asked.choices, otherwise=asked.otherwise, user=person(request),
        expected_revision=asked.revision,
    )  # fmt: skip
    return {"revision": event.revision, "changes": [change.id for change in event.changes]}


@router.post("/{name}/promote", response={200: ScenarioOut, **WRITE_REFUSALS}, summary="Promote")
def promote(request: HttpRequest, name: str) -> selectors.ScenarioLine:
    """Make the changes of a branch those of its base, which is answered."""
    return selectors.scenario_line(merging.scenario_promote(name, user=person(request)))


@router.get("/{name}/rebase", response={200: dict, **REFUSALS}, summary="What a rebase would do")
def rebase_preview(request: HttpRequest, name: str, extract: str = "") -> dict[str, object]:
    """What becomes of each change on another extract, the latest if none is named."""
    return {"changes": [_fate(line) for line in merging.rebase_preview(name, extract)]}


@router.post("/{name}/rebase", response={201: ScenarioOut, **WRITE_REFUSALS}, summary="Rebase")
def rebase(request: HttpRequest, name: str, asked: RebaseIn) -> Status[selectors.ScenarioLine]:
    """Make a scenario on another extract with the changes that still hold."""
    made = merging.scenario_rebase(name, asked.name, extract=asked.extract, user=person(request), note=asked.note)
    return Status(201, selectors.scenario_line(made.name))


def _spelled(changes: tuple[Change, ...], extract: str) -> list[dict[str, object]]:
    names = member_names(extract)
    return [change_json(change, names) for change in changes]


def _fate(line: Rebased) -> dict[str, object]:
    return {"id": line.change.id, "change": str(line.change), "fate": line.fate, "why": line.why}
