"""Exception: what in a slice needs a person in the demand review, with the money that stands on it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from steelyard.errors import NotFound
from steelyard.plan.measuring.check import BASIS, check_overrides
from steelyard.plan.measuring.score import Alarm, alarms
from steelyard.plan.plan import Plan
from steelyard.plan.sign_off.signature import CONSENSUS, FUNCTIONS
from steelyard.plan.sign_off.signed_slice import rows_of
from steelyard.web.accuracy.measured import measuring_of, record_of
from steelyard.web.answers.answers import Answers
from steelyard.web.company import workspace
from steelyard.web.demand_review.board import REVIEWERS, Board
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.words import ChangeLine
from steelyard.web.scorecard.inputs_asked import inputs_asked
from steelyard.web.scorecard.kpi_selectors import cycle_of
from steelyard.web.ui.figures import MINUS, number
from steelyard.web.worksheet.address import filter_text

Scope = dict[str, tuple[str, ...]]
SHOWN = 30
SIGNED = frozenset({"biased", "large override", "within noise"})
"""Kinds whose text tells signed numbers, which are written with a true minus."""
WORTH_A_LINE = 0.5
"""Money below which nothing is said; it is written as nothing."""
FINANCE_GAP = 0.05
"""Share of finance's forecast by which the consensus may differ before it is asked about."""
STATES = {
    "large override": "is-warning",
    "within noise": "is-plain",
    "unsigned": "is-warning",
    "moved since signed": "is-alert",
    "finance differs": "is-warning",
    "below commitment": "is-alert",
    "spike suggested": "is-plain",
    "biased": "is-warning",
}


@dataclass(frozen=True)
class ReviewException:
    """One thing that needs a person."""

    kind: str
    subject: str
    text: str
    money: float | None
    """What stands on it; None where the person does not see this money."""
    scope: str = ""
    """The slice it is about, as the page's address names it."""

    @property
    def state(self) -> str:
        """How its badge looks."""
        return STATES[self.kind]


_found: Answers[tuple[ReviewException, ...]] = Answers("Looking through the numbers", 32)
"""By plan, slice and the threshold of a large override."""


def review_exceptions(
    plan: Plan, scope: Scope, board: Board, biased: Sequence[Alarm], others: Sequence[ReviewException]
) -> list[ReviewException]:
    """List what needs a person in a slice, most money first.

    Args:
        plan: The plan.
        scope: Members by level.
        board: Who stands behind which family of the slice.
        biased: Items whose consensus has run off to one side; see `bias_alarms`.
        others: What the numbers say; see `exceptions_of_numbers`.
    """
    names = member_names(plan.inputs.extract)
    found = [
        *_signatures(board, scope, inputs_asked(cycle_of(plan), REVIEWERS)),
        *others,
        *_biased(plan, scope, names, biased),
    ]
    printed = (replace(one, text=one.text.replace("-", MINUS) if one.kind in SIGNED else one.text) for one in found)
    return sorted(printed, key=lambda one: (-(one.money or 0.0), one.kind, one.subject))


def exceptions_of_numbers(plan: Plan, scope: Scope) -> tuple[ReviewException, ...]:
    """What the numbers and their changes say, whoever has signed; a heavy answer where a slice has many items.

    Raises:
        BeingWorkedOut: The page has to show that it is coming.
    """
    key = (plan.digest, filter_text(scope), workspace().thresholds.large_override)
    return _found.made(key, lambda: tuple(_in_numbers(plan, scope)))


def _in_numbers(plan: Plan, scope: Scope) -> Iterator[ReviewException]:
    names = member_names(plan.inputs.extract)
    yield from _overrides(plan, scope, names)
    yield from _commitments(plan, scope, names)
    yield from _finance(plan, scope)
    yield from _suggestions(plan, scope, names)


def _signatures(board: Board, scope: Scope, asked: Collection[str]) -> Iterator[ReviewException]:
    """Functions whose signature is stale, each, and those asked that have not signed everything, together."""
    here = filter_text(scope)
    for function, stale in board.stale_money.items():
        if stale > 0:
            text = "The numbers have moved since this function signed; look again, then sign anew."
            yield ReviewException("moved since signed", FUNCTIONS[function], text, stale, here)
    waiting = {f: money - board.stale_money[f] for f, money in board.open_money.items() if f in asked}
    unsigned = [function for function, money in waiting.items() if money > WORTH_A_LINE]
    if unsigned:
        counts = ", ".join(f"{FUNCTIONS[f]} {number(board.open_families[f])}" for f in unsigned)
        text = f"Families still open, of {number(len(board.families))}: {counts}."
        who = ", ".join(FUNCTIONS[f] for f in unsigned)
        yield ReviewException("unsigned", who, text, max(waiting[f] for f in unsigned), here)


def _overrides(plan: Plan, scope: Scope, names: MemberNames) -> Iterator[ReviewException]:
    series = plan.series(CONSENSUS)
    mine = np.zeros(series.size, dtype=bool)
    mine[rows_of(scope, series)] = True
    standing = [change for change in plan.changes if change.enabled and change.moves_cells]
    large = workspace().thresholds.large_override
    for sized in check_overrides(plan, standing, large=large, against=BASIS):
        if sized.size == "usual" or not mine[rows_of(sized.change.scope, series)].any():
            continue
        kind = "large override" if sized.size == "large" else "within noise"
        said = ChangeLine(sized.change, True, names).sentence
        text = f"{sized.words} By {sized.change.author}, {sized.change.reason.replace('_', ' ')}."
        yield ReviewException(kind, said, text, sized.money, _address(sized.change.scope, scope))


def _commitments(plan: Plan, scope: Scope, names: MemberNames) -> Iterator[ReviewException]:
    """Items whose consensus a person has taken below what customers have committed, and those supply cannot keep."""
    if not np.isfinite(plan.totals("customer_commitment", scope=scope)[1]).any():
        return
    frame = plan.frame(
        ["commitment_shortfall", "commitment_penalty_cost"], by=["item"], time="all", scope=scope
    ).filter(pl.col("commitment_shortfall") > 0.5)
    for item, _, units, cost in frame.iter_rows():
        text = f"{number(units)} committed units are not delivered in their period; the penalty is due."
        yield ReviewException("below commitment", names.spoken("item", item), text, cost, _item(item, scope))


def _finance(plan: Plan, scope: Scope) -> Iterator[ReviewException]:
    """Families in which the consensus is off the units finance counts on, where it has an opinion."""
    families, finance = plan.totals("finance_forecast", ["product_family"], scope=scope)
    agreed = plan.totals(CONSENSUS, ["product_family"], scope=scope)[1]
    price = plan.frame(["revenue", "constrained_demand"], by=["product_family"], time="all", scope=scope)
    by_family = {row[0]: _each(row[2], row[3]) for row in price.iter_rows()}
    said = np.isfinite(finance)
    gaps = np.where(said, agreed - finance, 0.0).sum(axis=0)
    held = np.where(said, finance, 0.0).sum(axis=0)
    for at, (family, gap, base) in enumerate(
        zip(families["product_family"], gaps.tolist(), held.tolist(), strict=True)
    ):
        if abs(gap) > FINANCE_GAP * abs(base) and abs(gap) > 0.5:
            share = f" ({round(100 * abs(gap) / abs(base))} %)" if base else ""
            side, spoken = "above" if gap > 0 else "below", np.flatnonzero(said[:, at])
            span = f"{plan.horizon.labels[spoken[0]]} to {plan.horizon.labels[spoken[-1]]}"
            text = (
                f"The consensus is {number(abs(gap))} units{share} {side} finance's forecast, {span}; "
                "in units asked for, before what supply can serve."
            )
            each = by_family.get(family)
            worth = None if each is None else abs(gap) * each
            yield ReviewException("finance differs", family, text, worth, filter_text({"product_family": (family,)}))


def _suggestions(plan: Plan, scope: Scope, names: MemberNames) -> Iterator[ReviewException]:
    """Items whose history has spikes that are suggested for correction and not taken yet."""
    if "suggested_correction" not in plan.measures:
        return
    labels, units = plan.totals("suggested_correction", ["item"], scope=scope)
    taken = plan.totals("history_correction", ["item"], scope=scope)[1]
    prices = plan.frame(["revenue_history", "demand_history"], by=["item"], time="all", scope=scope)
    price = {item: _each(money, sold) for item, _, money, sold in prices.iter_rows()}
    waiting = np.where(np.abs(taken) > 1e-9, 0.0, np.nan_to_num(units))
    for item, moves in zip(labels["item"], waiting.T, strict=True):
        size = float(np.abs(moves).sum())
        if size > 0.5:
            when = ", ".join(plan.history.labels[t] for t in np.flatnonzero(moves)[:3])
            text = f"History looks unusual in {when}: {number(size)} units suggested for correction."
            each = price.get(item)
            worth = None if each is None else size * each
            yield ReviewException("spike suggested", names.spoken("item", item), text, worth, _item(item, scope))


def bias_alarms(scenario: str) -> list[Alarm]:
    """Items whose consensus has run off to one side for months, by the archive of published plans; a heavy answer.

    Raises:
        BeingWorkedOut: The page has to show that it is coming.
    """
    try:
        return alarms(record_of(scenario, ("item",)), limit=measuring_of(scenario).limit)
    except NotFound:
        return []


def _biased(plan: Plan, scope: Scope, names: MemberNames, found: Sequence[Alarm]) -> Iterator[ReviewException]:
    """Those of them that lie in the slice."""
    series = plan.series(CONSENSUS)
    items = series.names("item")
    mine = {items[code] for code in np.unique(series.codes("item")[rows_of(scope, series)]).tolist()}
    for alarm in found:
        item = alarm.group["item"]
        if item in mine:
            side = "too high" if alarm.bias > 0 else "too low"
            text = (
                f"The consensus has been {side} by {abs(alarm.bias):.0%} over {alarm.periods} months "
                f"(tracking signal {alarm.tracking_signal:+.1f})."
            )
            yield ReviewException("biased", names.spoken("item", item), text, alarm.money, _item(item, scope))


def _each(money: float | None, units: float | None) -> float | None:
    """Money of one unit, nothing where none is sold; None where the person does not see the money."""
    if money is None:
        return None
    return money / units if units else 0.0


def _item(item: str, scope: Scope) -> str:
    return filter_text({**scope, "item": (item,)})


def _address(change: object, scope: Scope) -> str:
    narrowed = {**scope, **{level: tuple(members) for level, members in dict(change).items()}}  # type: ignore[call-overload]
    return filter_text(narrowed)
