"""Replenishment services: take a policy, lots, a discount, joint orders, a last buy or a chain over into a scenario."""

from collections.abc import Callable
from datetime import datetime

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.journal import Event
from steelyard.plan.plan import Plan
from steelyard.plan.review.policy_proposal import propose_lots, propose_rule
from steelyard.web.accounts.permissions import User, require_edit
from steelyard.web.company import now
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.services import changes_append, require_fresh
from steelyard.web.stock import replenishment
from steelyard.web.stock.asked import Ask

MOST_AT_ONCE = 5000
Made = tuple[Change, ...]


def replenishment_take(
    scenario: str, kind: str, ask: Ask, *, user: User, note: str = "", expected_revision: int | None = None
) -> Event:
    """Change master data or receipts to what is proposed, as one event that is undone as one.

    Args:
        scenario: The scenario.
        kind: policy, lots, discount, joint, last_buy or chain.
        ask: The question whose answer is taken.
        user: Who takes it.
        note: The reason in words.
        expected_revision: Revision of the scenario when it was looked at.

    Raises:
        ChangeInvalid: There is no such proposal, or it moves nothing.
        NotFound: The plan does not hold what is named.
        NotAllowed: The role does not edit stock.
        StaleRevision: The scenario has moved since the proposal was looked at.
        ScenarioClosed: The scenario takes no changes.
    """
    require_edit(user, "inventory")
    if kind not in _KINDS:
        raise ChangeInvalid(f"There is no proposal {kind!r}", mend=f"use one of {', '.join(_KINDS)}")
    moment = moment_of(scenario)
    require_fresh(moment.scenario, expected_revision)
    made = _KINDS[kind](moment.plan, ask, user.username, now(), note)
    return changes_append(scenario, made, user=user, expected_revision=moment.revision)


def _policy(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    _require_place(ask)
    sheet = replenishment.sheet_of(plan, ask.cost)
    proposal = propose_rule(sheet, [(ask.item, ask.location)], ask.rule, lot=ask.lot)
    return proposal.changes(author=author, at=at, note=note)


def _lots(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    """Lots of one item-location, or of all that the rule makes cheaper."""
    sheet = replenishment.lots_of_plan(plan, ask.cost)
    if ask.place:
        places = [(ask.item, ask.location)]
    else:
        saving = sheet.best.filter(sheet.best["saving"] > 0).head(MOST_AT_ONCE)
        places = list(saving.select("item", "location").iter_rows())
    return propose_lots(sheet, places, ask.rule).changes(author=author, at=at, note=note)


def _discount(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    _require_place(ask)
    return replenishment.breaks_of(plan, ask.cost).changes(ask.item, ask.location, author=author, at=at, note=note)


def _joint(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    proposal = replenishment.joint_of(plan, ask).proposal(ask.supplier, ask.location)
    return proposal.changes(author=author, at=at, note=note)


def _last_buy(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    found = replenishment.last_buy_of(plan, ask)
    return replenishment.buys_of(plan).changes(found, author=author, at=at, note=note)


def _chain(plan: Plan, ask: Ask, author: str, at: datetime, note: str) -> Made:
    _require_place(ask)
    return replenishment.chain_of(plan, ask.item, ask.location).changes(author=author, at=at, note=note)


def _require_place(ask: Ask) -> None:
    if not ask.place:
        raise ChangeInvalid("No item-location is named", mend="name item and location")


_KINDS: dict[str, Callable[[Plan, Ask, str, datetime, str], Made]] = {
    "policy": _policy, "lots": _lots, "discount": _discount, "joint": _joint, "last_buy": _last_buy, "chain": _chain,
}  # fmt: skip
