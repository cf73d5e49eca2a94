"""Futures: a plan played through many futures, every KPI and every resource in them, for pages, REST and workbooks."""

from dataclasses import dataclass
from math import isfinite

import polars as pl

from steelyard.errors import NotAllowed
from steelyard.plan.kpi.targets import company_goals
from steelyard.plan.numbers import PlanNumbers
from steelyard.plan.sheet_picture import SheetPicture
from steelyard.plan.uncertainty.future_kpis import KpiFutures
from steelyard.plan.uncertainty.monte_carlo import PlanFutures, simulate_plan
from steelyard.web.answers.answers import Answers
from steelyard.web.masterdata.selectors import base_currency
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.risk.selectors import tornado_of, watched
from steelyard.web.scenarios.plans import plan_of
from steelyard.web.scenarios.registers import counting_assumptions, seen_risks
from steelyard.web.scorecard.kpi_selectors import spelled
from steelyard.web.scorecard.rule_selectors import targets_of

DRAWS, SEED = 1000, 1
_futures: Answers[PlanFutures] = Answers("Playing a thousand futures", 6, long=True)
_kpis: Answers[KpiFutures] = Answers("Reading every KPI in a thousand futures", 6, long=True)


@dataclass(frozen=True)
class KpiLine:
    """A KPI in many futures, as people read it."""

    name: str
    label: str
    plan: str
    mean: str
    error: str
    low: str
    middle: str
    high: str
    at_risk: str
    target: str
    chance: float | None
    chance_error: float | None
    has_periods: bool


@dataclass(frozen=True)
class LeftOut:
    """KPIs that no future tells, for one reason."""

    labels: tuple[str, ...]
    why: str


def futures_of(scenario: str) -> PlanFutures:
    """The plan of a scenario played through many futures, with open risks and the assumptions that count."""
    return futures_of_plan(plan_of(scenario))


def futures_of_plan(plan: PlanNumbers) -> PlanFutures:
    """A plan, open or published, played through many futures, with open risks and the assumptions that count."""
    risks, assumed = seen_risks(plan), counting_assumptions(plan)
    return _futures.of(
        plan,
        lambda: _played(simulate_plan(plan, draws=DRAWS, seed=SEED, risks=risks, assumptions=assumed)),
        repr(risks),
        repr(assumed),
    )


def _played(found: PlanFutures) -> PlanFutures:
    """The same with what errs alone played too, so that pages find it at hand."""
    assert found.fill_alone.plan <= 1.0 or not isfinite(found.fill_alone.plan)
    return found


def kpis_of(found: PlanFutures) -> KpiFutures:
    """Every KPI in the futures of a plan, held against the targets that hold here."""
    goals = company_goals(targets_of(extract_of(found.plan.inputs.extract)))[0]
    question = (repr(found.risks), repr(found.assumptions), repr(goals), found.draws, found.seed)
    return _kpis.of(found.plan, lambda: _read(found.kpis(goals)), *question)


def _read(told: KpiFutures) -> KpiFutures:
    """The same, read through once, so that pages find it at hand."""
    assert told.summary.height >= 0
    return told


def kpi_lines(told: KpiFutures) -> tuple[KpiLine, ...]:
    """One line a KPI."""
    currency = base_currency(told.plan.inputs.extract)
    return tuple(_line(row, currency, row["kpi"] in told.by_periods) for row in told.summary.iter_rows(named=True))


def _line(row: dict[str, object], currency: str, has_periods: bool) -> KpiLine:
    def say(name: str) -> str:
        value = row[name]
        return spelled(float(value) if isinstance(value, float) else None, str(row["unit"]), currency)

    at_most = "at most " if row["better"] == "lower" and row["target"] is not None else ""
    reached, error = (float(v) if isinstance(v, float) else None for v in (row["chance"], row["chance_error"]))
    return KpiLine(
        str(row["kpi"]), str(row["label"]), say("plan"), say("mean"), say("error"), say("p10"), say("p50"), say("p90"),
        say("value_at_risk"), at_most + say("target"), reached, error, has_periods,
    )  # fmt: skip


def left_out(told: KpiFutures) -> tuple[LeftOut, ...]:
    """KPIs that no future tells, by reason."""
    reasons = dict.fromkeys(why for _, why in told.left_out)
    return tuple(LeftOut(tuple(one.label for one, each in told.left_out if each == why), why) for why in reasons)


@dataclass(frozen=True)
class Promise:
    """An outcome of which the plan promises more than 90 of 100 futures bring."""

    label: str
    plan: float
    high: float
    """P90 of the futures."""
    share: bool
    """Whether both are shares of one."""


def above_futures(found: PlanFutures) -> tuple[Promise, ...]:
    """Outcomes over the horizon of which the plan promises more than 90 of 100 futures bring."""
    told = []
    for row in found.summary.iter_rows(named=True):
        planned = found.planned_total(row["outcome"]) if row["outcome"] in PROMISED else None
        if planned is not None and isfinite(planned) and planned > row["p90"]:
            label = str(row["label"]).removesuffix(" [units]")
            told.append(Promise(label, planned, row["p90"], row["outcome"] == "fill_rate"))
    return tuple(told)


PROMISED = ("shipped", "revenue", "gross_margin", "operating_profit", "cash_flow", "fill_rate")
"""Outcomes of which more is better, so that a plan can promise too much of them."""
OUTLOOK_PICTURES = {
    "Tornado": SheetPicture("bar", "Assumption", ("Low end", "High end"), "What each assumption moves"),
    "Fan": SheetPicture("line", "period", ("p10", "p50", "p90"), "Many futures by period"),
}
"""Pictures of the workbook, by sheet."""


def outlook_tables(scenario: str) -> dict[str, pl.DataFrame]:
    """Tornado and futures as sheets of a workbook, as far as the person sees what they are made of."""
    tornado = [
        {
            "Assumption": bar.assumption.statement,
            "Owner": bar.assumption.owner,
            "Low end": bar.low,
            "High end": bar.high,
        }
        for bar in tornado_of(scenario, watched(plan_of(scenario))[0]).bars
    ]
    try:
        tables = {"Tornado": pl.DataFrame(tornado), **_future_tables(futures_of(scenario))}
    except NotAllowed:  # who sees a part of the company sees no futures of it
        tables = {"Tornado": pl.DataFrame(tornado)}
    return {name: frame for name, frame in tables.items() if frame.height}


def _future_tables(found: PlanFutures) -> dict[str, pl.DataFrame]:
    chances = [
        {"Outcome": one.label, "Budget": one.target, "Chance": one.chance.value, "Error": one.chance.error}
        for one in found.budget_chances
    ]
    told = kpis_of(found)
    silent = [{"KPI": one.label, "Why no future tells it": why} for one, why in told.left_out]
    money = "gross_margin" if "gross_margin" in found.outcomes else "revenue"
    fan = found.fan(money).with_columns(pl.lit(found.outcomes[money]).alias("outcome"))
    return {
        "Futures": found.summary, "Every KPI": told.summary, "KPIs not told": pl.DataFrame(silent), "Fan": fan,
        "Budget": pl.DataFrame(chances), "Load": found.loads.by_period,
    }  # fmt: skip
