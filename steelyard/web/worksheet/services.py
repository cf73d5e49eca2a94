"""Worksheet services: edit, lock, undo, redo; keep views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from steelyard.errors import ChangeInvalid, NameTaken, NotAllowed, NotFound, SteelyardError
from steelyard.grid.spread import SpreadRule
from steelyard.plan.change import REASONS, Change
from steelyard.plan.measuring.advice import OverrideAdvice
from steelyard.plan.measuring.check import OverrideSize, check_overrides
from steelyard.plan.measuring.demand_replay import replays
from steelyard.web.accounts.permissions import User, may_edit
from steelyard.web.accuracy.measured import measuring_of
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.services import change_redo, change_switch, change_undo, changes_append, require_fresh
from steelyard.web.worksheet.editing import Cell, CellText, Ground, Reason, Skipped, changes_of, locks_of, read_cells
from steelyard.web.worksheet.models import SavedView
from steelyard.web.worksheet.view import View

MOST_CELLS = 20_000
REASONS_TOLD = 5


@dataclass(frozen=True)
class Outcome:
    """What came of an edit."""

    revision: int
    applied: int
    skipped: tuple[Skipped, ...]
    changes: tuple[str, ...]


def cells_edit(
    name: str,
    cells: Sequence[CellText],
    *,
    user: User,
    revision: int,
    reason: str,
    spread: SpreadRule = "basis",
    note: str = "",
    expires: date | None = None,
) -> Outcome:
    """Enter values into cells, all as one step that can be undone.

    Args:
        name: The scenario.
        cells: Rows, columns and what was typed.
        user: Who edits.
        revision: The revision the person saw.
        reason: A reason code; an override does not go without one.
        spread: How totals are split over the cells below.
        note: The reason in words.
        expires: First day on which the override no longer counts; never without it.

    Raises:
        StaleRevision: Somebody else was faster; nothing is kept.
        NotAllowed: No cell is the person's to edit.
        ChangeInvalid: No cell can be changed, or the override would expire before it counts; the message says why.
        SpreadImpossible: Locked cells leave no room; nothing is kept.
    """
    why = Reason(user, now(), reason, note, expires)
    ground, found, skipped = _look_up(name, cells, user, revision, typed=True)
    return _append(name, changes_of(found, ground, spread=spread, why=why), len(found), skipped, user, revision)


def cell_advice(
    name: str, cells: Sequence[CellText], *, user: User, spread: SpreadRule = "basis"
) -> OverrideAdvice | None:
    """Say, before an entry is saved, what like overrides by this person have done.

    Nothing where there is nothing to say: no archive, nothing typed that can be saved, or not an override of demand.
    """
    plan = moment_of(name).plan
    ground = Ground(plan.calendar, plan.inputs.history_count, plan.measures)
    found, _ = read_cells(cells[:MOST_CELLS], ground, user)
    changes = changes_of(found[:1], ground, spread=spread, why=Reason(user, now()))
    if not changes or not replays(plan, changes[0]):
        return None
    try:
        told = measuring_of(name).advice(changes[0], user.username, plan=plan)
    except SteelyardError:  # it will be said when the entry is saved
        return None
    return told if told.n else None


def cell_size(name: str, cells: Sequence[CellText], *, user: User, spread: SpreadRule = "basis") -> OverrideSize | None:
    """Say, before an entry is saved, how large an override it is; nothing where it is none, or of usual size."""
    plan = moment_of(name).plan
    ground = Ground(plan.calendar, plan.inputs.history_count, plan.measures)
    found, _ = read_cells(cells[:MOST_CELLS], ground, user)
    changes = changes_of(found[:1], ground, spread=spread, why=Reason(user, now()))
    sized = check_overrides(plan, changes, large=workspace().thresholds.large_override)
    return sized[0] if sized and sized[0].words else None


def cells_lock(name: str, cells: Sequence[CellText], *, user: User, revision: int, locked: bool) -> Outcome:
    """Lock cells against changes, or let them go.

    Raises:
        StaleRevision: Somebody else was faster; nothing is kept.
        NotAllowed: No cell is the person's to lock.
        ChangeInvalid: No cell can be locked.
    """
    why = Reason(user, now(), "other", "")
    ground, found, skipped = _look_up(name, cells, user, revision, typed=False)
    return _append(name, locks_of(found, ground, locked=locked, why=why), len(found), skipped, user, revision)


def change_take_back(
    name: str, change_id: str, *, on: bool, user: User, revision: int, reason: str, note: str = ""
) -> int:
    """Switch a single change off, or on again; gives the new revision.

    Raises:
        NotAllowed: The person may not edit what the change is on.
        NotFound: The scenario has no such change of its own.
        ChangeInvalid: There is no such reason.
        StaleRevision: Somebody else was faster.
    """
    if reason not in REASONS:
        raise ChangeInvalid(f"There is no reason {reason!r}", mend=f"use one of {', '.join(REASONS)}")
    require_fresh(workspace().scenario(name), revision)
    return change_switch(name, change_id, on=on, user=user, reason=reason, note=note).revision


def step_undo(name: str, *, user: User, revision: int | None = None) -> int:
    """Take back the person's latest step; gives the new revision."""
    return change_undo(name, user=user, expected_revision=revision).revision


def step_redo(name: str, *, user: User, revision: int | None = None) -> int:
    """Bring back what the person took back; gives the new revision."""
    return change_redo(name, user=user, expected_revision=revision).revision


def view_save(view: View, *, user: User, name: str, shared: bool = False) -> SavedView:
    """Keep a view under a name; the same name again replaces it.

    Raises:
        ChangeInvalid: The name is empty or too long.
    """
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 80:
        raise ChangeInvalid("A view needs a name of up to 80 characters")
    values = {"query": view.query, "shared": shared, "saved_at": now()}
    try:
        with transaction.atomic():
            return SavedView.objects.update_or_create(owner=user, name=plain, defaults=values)[0]
    except IntegrityError as error:
        raise NameTaken(f"You have just saved a view {plain!r}", mend="choose another name") from error


def view_delete(view_id: int, *, user: User) -> None:
    """Forget one's own view.

    Raises:
        NotFound: One has no such view.
    """
    gone, _ = SavedView.objects.filter(pk=view_id, owner=user).delete()
    if not gone:
        raise NotFound("You have no such view", mend="only own views can be deleted")


def _look_up(
    name: str, cells: Sequence[CellText], user: User, revision: int, *, typed: bool
) -> tuple[Ground, list[Cell], list[Skipped]]:
    if len(cells) > MOST_CELLS:
        raise ChangeInvalid(f"That is {len(cells):,} cells at once", mend=f"change at most {MOST_CELLS:,}")
    require_fresh(workspace().scenario(name), revision)
    plan = moment_of(name).plan
    ground = Ground(plan.calendar, plan.inputs.history_count, plan.measures)
    found, skipped = read_cells(cells, ground, user, typed=typed)
    if not found:
        raise _nothing_left(skipped, ground, cells, user)
    return ground, found, skipped


def _nothing_left(skipped: Sequence[Skipped], ground: Ground, cells: Sequence[CellText], user: User) -> SteelyardError:
    """Why no cell is left: not the person's to edit, or not to be edited at all."""
    told = "; ".join(dict.fromkeys(one.why.rstrip(".") for one in skipped[:REASONS_TOLD])) or "no cells were named"
    measures = [ground.measures[name] for cell in cells if (name := cell.row.partition("@")[0]) in ground.measures]
    editable = [measure for measure in measures if measure.editable]
    if editable and not any(may_edit(user, measure.area) for measure in editable):
        return NotAllowed("These numbers are not yours to edit", where=told, mend="ask who edits them")
    return ChangeInvalid("None of these cells can be changed", where=told, mend="choose cells in blue")


def _append(
    name: str, changes: list[Change], applied: int, skipped: list[Skipped], user: User, revision: int
) -> Outcome:
    event = changes_append(name, changes, user=user, expected_revision=revision)
    return Outcome(event.revision, applied, tuple(skipped), tuple(change.id for change in event.changes))
