"""Queue: rationing levers, which say who is served first or how much somebody gets, and the changes they become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from steelyard.balancing.lever import LABELS, LeverKind
from steelyard.errors import ChangeInvalid, NotFound
from steelyard.grid.series import Scope
from steelyard.plan.balancing.rationing import RULES, Loss, Rationing, Rule
from steelyard.plan.change import Change
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.operation import Operation, Percent, SetParameter, SetValue

RATION, FIRST = "ration:", "channel:"
"""How the keys of rationing levers begin."""
RULE_WORDS: Mapping[Rule, str] = {
    "priority": "Ration by priority", "fair_share": "Ration by fair share", "profit": "Ration by profit",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class QueueWorth:
    """A rationing lever: units only move between customers, and the plan does exactly this when it is taken.

    Args:
        key: Its name in addresses and on the command line.
        kind: Rationing, or a channel that is put first.
        name: What it is called.
        gain: Margin more than the plan as it stands, over the horizon.
        closed: Units served in time that are late in the plan as it stands.
        worst: Member that loses most by it, empty where nobody does.
        worst_units: Units it loses.
    """

    key: str
    kind: LeverKind
    name: str
    gain: float
    closed: float
    worst: str
    worst_units: float

    @property
    def label(self) -> str:
        """Its kind, as people read it."""
        return LABELS[self.kind]

    @property
    def does(self) -> bool:
        """Whether it changes anything."""
        return abs(self.gain) > _MONEY or self.worst_units > _UNIT

    @property
    def side_effect(self) -> str:
        """Who pays for it."""
        return f"{self.worst} is short of {self.worst_units:,.0f} units more." if self.worst else "Nobody loses."


def queue_levers(rationing: Rationing) -> tuple[QueueWorth, ...]:
    """Rules of rationing and channels that may go first, the highest margin first; none where nothing is short."""
    if not (rationing.stands.lost > _UNIT).any():
        return ()
    found = [
        _worth(rationing, f"{RATION}{rule}", "rationing", RULE_WORDS[rule], rationing.losses[rule]) for rule in RULES
    ]
    for name in rationing.members if len(rationing.members) > 1 else ():
        loss = rationing.loss(rationing.queued({name: 0.0}))
        found.append(_worth(rationing, f"{FIRST}{name}", "channel", f"Serve {name} first", loss))
    return tuple(sorted((one for one in found if one.does), key=lambda one: -one.gain))


def _worth(rationing: Rationing, key: str, kind: LeverKind, name: str, loss: Loss) -> QueueWorth:
    stands, size = rationing.stands, len(rationing.members)
    more = np.bincount(rationing.codes, (loss.lost - stands.lost).sum(axis=0), size)
    worst = int(more.argmax())
    hurt = bool(more[worst] > _UNIT)
    return QueueWorth(
        key, kind, name, loss.margin - stands.margin, float((stands.lost - loss.lost).sum()),
        rationing.members[worst] if hurt else "", float(more[worst]) if hurt else 0.0,
    )  # fmt: skip


@dataclass(frozen=True)
class RationAsked:
    """What somebody wants rationed: a rule or a channel that goes first, or else a limit on a scope."""

    key: str = ""
    """`ration:` and a rule, or `channel:` and a member; empty for a limit."""
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Whom the limit is for, and which items."""
    percent: float | None = None
    """Share of what is asked that is served, 0 to 100."""
    units: float | None = None
    """Most units in all."""
    periods: tuple[str, str] | None = None
    """First and last period of the limit; all by default."""


def ration_changes(
    rationing: Rationing, asked: RationAsked, *, author: str, at: datetime, note: str = ""
) -> tuple[Change, ...]:  # fmt: skip
    """Changes of a rationing lever or of a limit.

    Raises:
        NotFound: There is no such rule or channel.
        ChangeInvalid: It does not fit, or changes nothing.
    """
    if asked.key:
        return queue_changes(rationing, asked.key, author=author, at=at, note=note)
    return limit_changes(
        rationing.base.plan, asked.scope, author=author, at=at, percent=asked.percent, units=asked.units,
        periods=asked.periods, note=note,
    )  # fmt: skip


def is_queue(key: str) -> bool:
    """Whether a key names a rationing lever."""
    return key.startswith((RATION, FIRST))


def queue_changes(rationing: Rationing, key: str, *, author: str, at: datetime, note: str = "") -> tuple[Change, ...]:
    """What a scenario changes when a rationing lever is taken: the rule, or ranks of channels in the queue.

    Args:
        rationing: The plan's rations.
        key: `ration:priority`, `ration:fair_share`, `ration:profit`, or `channel:` and a member.
        author: Who takes it.
        at: When.
        note: The reason in words.

    Raises:
        NotFound: There is no such rule or channel.
        ChangeInvalid: The rule is in force, or ranks that somebody set stand in its way.
    """
    told = f"{_title(rationing, key)}. {note}".strip(" .")[:500]

    def change(operation: Operation, scope: Scope | None = None) -> Change:
        measure = "allocation_rank" if scope is not None else ""
        return Change(operation, measure, scope or {}, None, author, at, "supply_constraint", told)

    if key.startswith(FIRST):
        return (change(SetValue(0.0, per="cell"), {rationing.level: (key.removeprefix(FIRST),)}),)
    rule = key.removeprefix(RATION)
    if rule == "priority":
        return tuple(
            change(SetValue(float(place), per="cell"), {rationing.level: (name,)})
            for place, name in enumerate(rationing.channels)
        )
    _check_free(rationing, rule)
    return (change(SetParameter("allocation_rule", rule)),)


def _title(rationing: Rationing, key: str) -> str:
    if key.startswith(FIRST):
        name = key.removeprefix(FIRST)
        if name not in rationing.members:
            raise NotFound(f"There is no {rationing.level} {name!r}", mend=f"use one of {', '.join(rationing.members)}")
        return f"Serve {name} first"
    rule = key.removeprefix(RATION)
    if rule not in RULES:
        raise NotFound(f"There is no rule {rule!r}", mend=f"use one of {', '.join(RULES)}")
    return f"Ration by priority: {', '.join(rationing.channels)}" if rule == "priority" else RULE_WORDS[rule]


def _check_free(rationing: Rationing, rule: str) -> None:
    plan = rationing.base.plan
    ranked = [change for change in plan.changes if change.measure == "allocation_rank"]
    if ranked:
        raise ChangeInvalid(
            f"{len(ranked)} changes rank customers and would go before the rule", where=ranked[0].reference,
            mend="undo or switch off those changes, then take the rule",
        )  # fmt: skip
    if plan.inputs.parameters.allocation_rule == rule:
        raise ChangeInvalid(f"The plan shares by {rule} already", mend="take another rule")


def limit_changes(
    plan: PlanNumbers,
    scope: Mapping[str, Sequence[str]],
    *,
    author: str,
    at: datetime,
    percent: float | None = None,
    units: float | None = None,
    periods: tuple[str, str] | None = None,
    note: str = "",
) -> tuple[Change, ...]:
    """Limit what somebody gets: to a share of what is asked, or to units over the periods; the rest is turned away.

    Args:
        plan: The plan of a scenario.
        scope: Who, and which items.
        author: Who takes it.
        at: When.
        percent: Share of what is asked that is served, 0 to 100; it moves with demand.
        units: Most units in all, shared out in proportion to what is asked.
        periods: First and last period; all by default.
        note: The reason in words.

    Raises:
        ChangeInvalid: Neither or both limits are given, one is out of range, or it limits nothing.
    """
    if (percent is None) == (units is None):
        raise ChangeInvalid("A ration needs one limit", mend="give a percent of what is asked, or units")
    if percent is not None and not 0 <= percent < 100:
        raise ChangeInvalid(f"{percent:g} % of what is asked is no ration", mend="give 0 to below 100")
    if units is not None and not 0 <= units < _MOST:
        raise ChangeInvalid(f"A ration of {units:g} units", mend="give 0 or more")
    operation: Operation = Percent(percent - 100) if percent is not None else SetValue(float(units or 0.0))
    told = f"Ration: {percent:g} % of what is asked" if percent is not None else f"Ration: {units:,.0f} units"
    named = {level: tuple(members) for level, members in scope.items()}
    made = Change(
        operation, "ration", named, periods, author, at, "supply_constraint", f"{told}. {note}".strip(" .")[:500]
    )  # fmt: skip
    asked = plan.value("demand_plan", scope=named, periods=periods)
    if units is not None and units >= asked:
        raise ChangeInvalid(
            f"{units:,.0f} units limit nothing", where=f"{asked:,.0f} are asked for", mend="give fewer units"
        )
    return (made,)


_UNIT, _MONEY, _MOST = 0.5, 1.0, 1e12
"""Units and money below which a queue changes nothing; largest ration."""
