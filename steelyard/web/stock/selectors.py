"""Stock selectors: what the inventory review shows."""

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import polars as pl

from steelyard.errors import ChangeInvalid
from steelyard.inventory.service_curve import BudgetPlan, CurvePoint
from steelyard.inventory.stock_policy import LAWS, MEASURES, RULES
from steelyard.plan.kpi.values import figures_of, kpi_value
from steelyard.plan.plan import Plan
from steelyard.plan.review.multi_echelon import Placement, place_plan
from steelyard.plan.review.stock import KINDS, StockReview, stock_review
from steelyard.plan.review.stock_proposal import StockProposal, propose_budget, propose_network
from steelyard.plan.sight import with_money
from steelyard.web.answers.answers import Answers
from steelyard.web.masterdata.names import member_names
from steelyard.web.scorecard.charts import Option
from steelyard.web.scorecard.evidence import evidence_of
from steelyard.web.stock import pictures
from steelyard.web.stock.asked import number_of
from steelyard.web.stock.worth import require_worth, sees_worth, without_money
from steelyard.web.ui.dates import period_words
from steelyard.web.ui.figures import number, short
from steelyard.web.ui.typed import TypedField, TypedForm, typed_form

ROWS = 100
MOST_TEXT = 80
_kept: Answers[StockReview] = Answers("Reviewing stock", 8)
_curves: Answers[tuple[tuple[CurvePoint, ...], tuple[CurvePoint, ...]]] = Answers("Weighing service and stock", 8)
_placed: Answers[Placement] = Answers("Placing safety stock", 4)
_checked: Answers[pl.DataFrame] = Answers("Simulating the network", 4)
MEASURE_WORDS = {
    "cycle": "chance of no shortage in an order cycle",
    "fill_rate": "share of demand served from stock",
    "ready_rate": "share of time with stock on hand",
    "backorder_cost": "backorder cost by backorder plus holding cost",
}


@dataclass(frozen=True)
class Asked:
    """What of the review is asked for."""

    kind: str = ""
    text: str = ""
    page: int = 1
    budget: float | None = None
    service: float | None = None
    """Percent of demand to be served from stock: the least budget that does it."""

    @classmethod
    def of(cls, given: dict[str, str]) -> "Asked":
        """Read the question of a page or call.

        Raises:
            ChangeInvalid: The kind is unknown or the budget is no amount.
        """
        kind = given.get("kind", "")
        if kind and kind not in KINDS:
            raise ChangeInvalid(f"There is no kind of exception {kind!r}", mend=f"use one of {', '.join(KINDS)}")
        page = given.get("page", "1")
        return cls(
            kind,
            given.get("text", "").strip()[:MOST_TEXT],
            int(page) if page.isdecimal() else 1,
            _amount(given),
            _service(given),
        )


@dataclass(frozen=True)
class Figure:
    """A key figure of the page."""

    label: str
    value: str
    note: str
    alert: bool = False


@dataclass(frozen=True)
class BudgetView:
    """The best service for a stock budget, next to today's."""

    plan: BudgetPlan
    today: CurvePoint
    moves: list[dict[str, object]]
    """Item-locations whose safety stock moves most in money."""

    @property
    def percent(self) -> float:
        """Percent of demand served from stock."""
        return 100 * self.plan.fill_rate

    @property
    def gain(self) -> float:
        """Percentage points of service gained."""
        return 100 * (self.plan.fill_rate - self.today.fill_rate)


@dataclass(frozen=True)
class ReviewPage:
    """The inventory review."""

    figures: tuple[Figure, ...]
    kinds: Option
    curve: Option
    worst: Option
    totals: list[dict[str, object]]
    rows: list[dict[str, object]]
    found: int
    page: int
    pages: int
    budget: BudgetView | None
    first_period: str
    """The period for which levels of the rows hold."""
    gap: str
    """What to deliver before money can be shown; empty when there is enough."""
    asked: Asked
    worth: bool
    """Whether money is told."""


def review_of(plan: Plan) -> StockReview:
    """The review of a plan, kept as long as the plan is looked at.

    For who does not see money no exception is chosen by it: nothing they read may move with what things cost.
    """
    return _kept.of(plan, lambda: stock_review(with_money(plan), by_money=sees_worth()))


def curves_of(plan: Plan) -> tuple[tuple[CurvePoint, ...], tuple[CurvePoint, ...]]:
    """What service costs in stock: where all places have the same, and at best.

    Raises:
        NotAllowed: The person does not see what stock is worth.
    """
    require_worth()
    review = review_of(plan)
    return _curves.of(plan, lambda: (review.same_service(), review.best_service()))


def placement_of(plan: Plan) -> Placement:
    """Multi-echelon safety stock of a plan, kept as long as the plan is looked at.

    Raises:
        NotAllowed: The person does not see what stock is worth.
    """
    require_worth()
    return _placed.of(plan, lambda: place_plan(plan))


def placed_rows(plan: Plan, top: int) -> list[dict[str, object]]:
    """Stages of the network, most money first, each with how often simulated demand stays within its stock."""
    placed = placement_of(plan)
    kept = _checked.of(plan, placed.check)
    rows = placed.table.head(top).join(
        kept.drop("excess"), on=["item", "location"], how="left", maintain_order="left"
    )  # fmt: skip
    found: list[dict[str, object]] = rows.to_dicts()
    return found


def review_page(plan: Plan, asked: Asked, currency: str) -> ReviewPage:
    """Gather what the page shows; who does not see money gets units, and no picture that is drawn in money."""
    review, worth = review_of(plan), sees_worth()
    kinds, today = review.kinds_over_time(), review.today()
    if not worth:
        asked = replace(asked, budget=None, service=None)
    if asked.service is not None and asked.budget is None:
        asked = replace(asked, budget=float(np.ceil(review.budget_for(asked.service / 100.0).value)))
    spent = budget_view(review, asked.budget)
    marks = [("Today", today), *([("Budget", CurvePoint(spent.plan.value, spent.plan.fill_rate))] if spent else [])]
    chosen = chosen_rows(review, asked)
    pages = max(-(-chosen.height // ROWS), 1)
    page = min(max(asked.page, 1), pages)
    names = member_names(plan.inputs.extract)
    rows = chosen.slice((page - 1) * ROWS, ROWS).iter_rows(named=True)
    return ReviewPage(
        _figures(review, kinds, today, currency, worth),
        pictures.kinds_picture(kinds, currency) if worth else {},
        pictures.curve_picture(*curves_of(plan), marks, currency) if worth else {},
        pictures.exceptions_picture(review.table, currency) if worth else {},
        (review.totals() if worth else without_money(review.totals())).to_dicts(),
        [{**row, "name": names.of("item", row["item"])} for row in rows],
        chosen.height,
        page,
        pages,
        spent,
        period_words(plan.horizon.labels[0]),
        evidence_of(plan).gap("excess_value") if worth else "",
        asked,
        worth,
    )


def typed_budget(given: dict[str, str]) -> TypedForm:
    """The amounts of the review's forms as somebody typed them, each with what is wrong with it."""
    return typed_form(given, ("budget", "service"), lambda name, text: Asked.of({name: text}))


def budgeted_page(plan: Plan, form: TypedForm, currency: str) -> tuple[ReviewPage, TypedForm]:
    """The page with what a budget could serve; where no safety stock serves so much, the form says so.

    Raises:
        ChangeInvalid: The kind is unknown.
    """
    asked = Asked.of(dict(form.readable))
    try:
        page = review_page(plan, asked, currency)
    except ChangeInvalid as fault:
        if asked.service is None:
            raise
        page = review_page(plan, replace(asked, service=None), currency)
        return page, _with_field(form, "service", TypedField(form.fields["service"].text, str(fault)))
    if asked.budget is None and page.asked.budget is not None:
        form = _with_field(form, "budget", TypedField(number(page.asked.budget)))
    return page, form


def _with_field(form: TypedForm, name: str, field: TypedField) -> TypedForm:
    return replace(form, fields={**form.fields, name: field})


def chosen_rows(review: StockReview, asked: Asked) -> pl.DataFrame:
    """Item-locations of a kind and with a text in item, place or family, most money first.

    Who does not see money gets none of it, not even its order: worst kind first, then most units.
    """
    frame = review.table
    if not sees_worth():
        rank = pl.col("kind").replace_strict({kind: n for n, kind in enumerate(KINDS)}, return_dtype=pl.Int64)
        frame = without_money(frame).sort(
            rank, "units", "item", "location", descending=[False, True, False, False], maintain_order=True
        )
    if asked.kind:
        frame = frame.filter(pl.col("kind") == asked.kind)
    if asked.text:
        columns = [c for c in ("item", "location", "product_family") if c in frame.columns]
        text = asked.text.lower()
        frame = frame.filter(
            pl.any_horizontal(pl.col(c).str.to_lowercase().str.contains(text, literal=True) for c in columns)
        )
    return frame


def proposal_of(plan: Plan, kind: str, budget: float | None) -> StockProposal:
    """What is proposed for the safety stock of a plan: by a stock budget, or by the network.

    Raises:
        ChangeInvalid: There is no such proposal, or a budget lacks its amount.
        NotAllowed: The person does not see what stock is worth.
    """
    require_worth()
    if kind == "network":
        return propose_network(plan, placement_of(plan))
    if kind != "budget":
        raise ChangeInvalid(f"There is no proposal {kind!r}", mend="use budget or network")
    if budget is None:
        raise ChangeInvalid("A budget proposal needs its amount", mend="enter what safety stock may bind")
    return propose_budget(review_of(plan), budget)


def budget_view(review: StockReview, budget: float | None) -> BudgetView | None:
    """The budget mode, if a budget was given."""
    if budget is None:
        return None
    moves = propose_budget(review, budget).table.head(12).to_dicts()
    return BudgetView(review.spend(budget), review.today(), moves)


@dataclass(frozen=True)
class PlacePage:
    """One item-location."""

    course: Option
    risk: Option
    facts: list[tuple[str, str]]
    why: list[str]
    """The policy and how its numbers come about, sentence by sentence."""
    rows: list[dict[str, object]]


def place_page(plan: Plan, item: str, location: str) -> PlacePage:
    """What one item-location keeps, and why.

    Raises:
        NotFound: The plan does not hold it.
    """
    review = review_of(plan)
    row = review.row_of(item, location)
    frame = review.course(row).with_columns(receipts=pl.col("constrained_receipts") + pl.col("rescheduled_receipts"))
    return PlacePage(
        pictures.course_picture(frame), pictures.risk_picture(frame), _facts(review, row), _why(review, row),
        frame.to_dicts(),
    )  # fmt: skip


def _facts(review: StockReview, row: int) -> list[tuple[str, str]]:
    def of(name: str) -> float:
        values = review.rows(name)
        return float(values[0, row] if values.ndim == 2 else values[row])

    given, given_days = of("given_safety_stock"), of("given_safety_days")
    stated = f"{number(given_days, 1)} days of demand" if isfinite(given_days) else "none: the plan calculates it"
    return [
        ("Rule", RULES[tuple(RULES)[int(of("stock_rule"))]]),
        ("Service", f"{number(100 * of('service_level'), 1)} %, {MEASURE_WORDS[MEASURES[int(of('service_measure'))]]}"),
        ("Law of demand", LAWS[int(of("demand_law"))].replace("_", " ")),
        ("Lead time", f"{number(of('lead_time_days'), 1)} days, deviation {number(of('lead_time_std_days'), 1)}"),
        ("Review", f"every {number(of('review_periods'), 2)} periods"),
        ("Forecast error", f"{number(of('forecast_error'), 1)} units a period, over lead time and review"),
        ("Least order", f"{number(of('least_order'))} units"),
        ("Stock today", f"{number(of('opening_inventory'))} units"),
        ("Stated safety stock", f"{number(given)} units" if isfinite(given) else stated),
    ]


def _why(review: StockReview, row: int) -> list[str]:
    safety, local = (float(review.rows(name)[0, row]) for name in ("safety_stock", "local_safety_stock"))
    sigma, demand = review.first_deviation(row), float(review.rows("forward_demand")[0, row])
    point, level = (float(review.rows(name)[0, row]) for name in ("reorder_point", "order_up_to"))
    told = [
        f"Demand over lead time and review deviates by {number(sigma, 1)} units around its plan.",
        f"At the promised service that asks for {number(local)} units of safety stock.",
    ]
    if any(np.isfinite(review.rows(name)[row]) for name in ("given_safety_stock", "given_safety_days")):
        told[1] = f"The company states its safety stock: {number(local)} units."
    if abs(safety - local) > 0.5:
        reason = "placed in the network with its suppliers" if review.plan.inputs.values["multi_echelon"] else "changed"
        told.append(f"It is {reason}: {number(safety)} units.")
    when = period_words(review.plan.horizon.labels[0])
    told.append(f"{when}: demand {number(demand)} a period, order at {number(point)} or below, up to {number(level)}.")
    return told


def _figures(
    review: StockReview, kinds: pl.DataFrame, today: CurvePoint, currency: str, worth: bool
) -> tuple[Figure, ...]:
    """The key figures; all are made of money, so each is a dash for who does not see it."""
    figures, why = _all_figures(review, kinds, today, currency), "made of money, which your role does not see"
    return figures if worth else tuple(Figure(one.label, number(None), why) for one in figures)


def _all_figures(review: StockReview, kinds: pl.DataFrame, today: CurvePoint, currency: str) -> tuple[Figure, ...]:
    first = kinds.row(0, named=True)
    on_hand = first["safety"] + first["cycle"] + first["anticipation"]
    totals = dict(review.totals().select("kind", "money").iter_rows())
    years = review.plan.horizon.size / review.plan.horizon.periods_per_year
    mean = float((review.rows("projected_inventory") * review.cost).mean(axis=0).sum())
    turns = review.plan.value("cogs") / years / mean if mean > 0 else float("nan")
    over = totals["excess"] + totals["obsolete"]
    in_time = kpi_value("fill_rate", figures_of(review.plan))
    return (
        Figure("Stock on hand", short(on_hand), f"{currency}, end of {period_words(first['period'])}"),
        Figure(
            "Safety stock wanted",
            short(first["safety_target"]),
            f"{currency}, end of {period_words(first['period'])}, held {short(first['safety'])}; where customers ask "
            f"{short(today.value)} in the mean of the plan, which a budget weighs",
        ),
        Figure(
            "Targets would serve",
            f"{number(100 * today.fill_rate, 1)} %",
            f"from stock; within the limits of supply the plan serves {number(in_time, 1)} % when due",
        ),
        Figure("Turns", number(turns, 1), "a year: cost of goods sold by mean stock"),
        Figure(
            "Short",
            short(totals["shortage"]),
            f"{currency} of sales wait, each item at its worst period end",
            totals["shortage"] > 0,
        ),
        Figure("Excess and obsolete", short(over), f"{currency} at standard cost"),
    )


def _service(given: dict[str, str]) -> float | None:
    percent = number_of(given.get("service", ""), "Service from stock, in percent,")
    if percent is not None and not 0 < percent < 100:
        raise ChangeInvalid(f"{percent:g} % cannot be served from stock", mend="enter above 0 and below 100 percent")
    return percent


def _amount(given: dict[str, str]) -> float | None:
    text = given.get("budget", "").strip().replace(",", "").replace(" ", "")
    if not text:
        return None
    try:
        amount = float(text)
    except ValueError as fault:
        raise ChangeInvalid(f"{text!r} is no amount", mend="enter the budget as a number, such as 2500000") from fault
    if not (isfinite(amount) and amount >= 0):
        raise ChangeInvalid("A stock budget is not below zero", mend="enter an amount from zero on")
    return amount
