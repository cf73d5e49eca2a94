"""Problems: what was not right when the cycle closed, so that next month says how long it has lasted."""

from collections.abc import Iterator

import polars as pl

from steelyard.cycle.page import Page, page_json
from steelyard.plan.plan import Plan
from steelyard.plan.review.capacity import CapacityView
from steelyard.web.cycles.models import Cycle, Problem, Waiver
from steelyard.web.cycles.plans import gate_of
from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.masterdata.selectors import extract as extract_of
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scorecard.exceptions import exceptions
from steelyard.web.scorecard.selectors import ahead

TOP = 40
PAGES = {"shortage": "supply_review", "excess": "stock", "below budget": "finance_review", "overload": "capacity"}


def list_problems(place: Place) -> Said:
    """Write down what is wrong with the plan, the data and the month; once each."""
    plan = moment_of(place.cycle.scenario).plan
    found = {one.key: one for one in (*problems_of_plan(place.cycle, plan), *_of_data(place), *_of_gates(place))}
    Problem.objects.bulk_create(found.values(), ignore_conflicts=True)
    again = sum(_before(place, key) for key in found)
    return Said(f"{len(found)} problems, {again} of them seen last month.", {"problems": len(found), "again": again})


def problems_of_plan(cycle: Cycle, plan: Plan) -> list[Problem]:
    """What is wrong with a plan: its exceptions by money, and overloads."""
    found = (*exceptions_of_plan(cycle, plan), *_overloads(cycle, plan))
    return list({one.key: one for one in found}.values())


def exceptions_of_plan(cycle: Cycle, plan: Plan) -> Iterator[Problem]:
    """What needs a person in a plan, most money first; also of a published one."""
    for one in exceptions(plan, ahead(plan), top=TOP):
        level = "product_family" if one.kind == "below budget" else "item"
        page = Page(PAGES[one.kind], {level: (one.subject,)})
        called = f"{one.subject} {one.name}".strip()
        yield _problem(cycle, one.kind, one.subject, f"{called}: {one.text}", one.money, page)


def _overloads(cycle: Cycle, plan: Plan) -> Iterator[Problem]:
    view = CapacityView(plan)
    hours, room = pl.col("overload").sum().alias("hours"), pl.col("overload").max().alias("room")
    for row in view.frame.group_by("resource", "unit").agg(hours, room).sort("resource").to_dicts():
        stored = row["resource"] in view.stores
        if row["room" if stored else "hours"] <= 0.5:
            continue
        text = f"{row['resource']} is asked for {row['hours']:,.0f} {row['unit']} more than it has"
        if stored:
            text = f"{row['resource']} is asked to hold {row['room']:,.0f} units more than it has room for"
        yield _problem(cycle, "overload", row["resource"], text, None, Page("capacity"))


def _of_data(place: Place) -> Iterator[Problem]:
    extract = extract_of(place.scenario.extract)
    for one in extract.findings:
        if one.rows and one.severity != "note":
            text = f"{one.table}: {one.rule.replace('_', ' ')}, {one.rows:,} rows"
            yield _problem(place.cycle, "data", f"{one.table} {one.rule}", text, abs(float(one.money)), Page("data"))


def _of_gates(place: Place) -> Iterator[Problem]:
    waived = Waiver.objects.filter(step__cycle=place.cycle, taken_back_at=None).select_related("step")
    for one in waived:
        text = f"{one.gate} was waived by {one.by}: {one.reason}"
        yield _problem(
            place.cycle, "waived", f"{one.step.key} {gate_of(one.step, one.gate).rule}", text, None, Page("cycle")
        )


def _problem(cycle: Cycle, kind: str, subject: str, text: str, money: float | None, page: Page) -> Problem:
    return Problem(
        cycle=cycle, key=f"{kind}: {subject}"[:200], kind=kind, text=text, amount=money, page=page_json(page)
    )


def _before(place: Place, key: str) -> bool:
    last = type(place.cycle).objects.filter(kind="monthly", anchor__lt=place.cycle.anchor).order_by("-anchor").first()
    return last is not None and Problem.objects.filter(cycle=last, key=key).exists()
