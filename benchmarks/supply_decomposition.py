"""Price decomposition and finite plan by priority at size: proven gaps, what-ifs, a three-level bill of material."""

import json
import time
from dataclasses import replace

from _supply_instances import assembled, distribution

from steelyard.supply.decomposition import PriceSession
from steelyard.supply.evaluate import evaluate
from steelyard.supply.exact import plan_exact
from steelyard.supply.model import SupplyModel
from steelyard.supply.priority import plan_by_priority, priority_shop


def report(what: str, measured: str, bar: str, met: bool) -> None:
    """Print one row."""
    print(json.dumps({"what": what, "measured": measured, "bar": bar, "met": bool(met)}), flush=True)


def warm_up() -> None:
    """Compile everything once."""
    model = distribution("small")
    PriceSession(model).improve(passes=2)
    plan_by_priority(model)


def bracket() -> None:
    """The optimum of a small instance lies between bound and plan."""
    model = distribution("small")
    best = plan_exact(model).objective
    session = PriceSession(model)
    session.improve(gap=0.001, seconds=20.0)
    plan = session.plan()
    held = session.lower_bound <= best * (1 + 1e-9) and plan.objective >= best * (1 - 1e-9)
    told = f"bound {session.lower_bound / best - 1:+.3%}, plan {plan.objective / best - 1:+.3%} of the optimum"
    report("200 items: optimum between bound and plan", told, "yes", held)


def proven(what: str, model: SupplyModel, *, gap: float, limit: float) -> PriceSession:
    """CPU seconds from the model to a plan with a proven gap; plan and evaluation included."""
    start = time.process_time()
    session = PriceSession(model)
    session.improve(gap=gap, passes=200, seconds=2 * limit)
    reached = time.process_time() - start
    plan = session.plan()
    whole = time.process_time() - start
    true_gap = (plan.objective - session.lower_bound) / abs(plan.objective)
    elastic = sum(each.quantity for each in plan.elastic)
    told = (
        f"{reached:.1f} s ({whole:.1f} s with the plan written out), gap {true_gap:.3%}, {len(session.history)} passes"
    )
    if elastic > 0.0:
        told += f", {elastic:.3g} units or hours elastic"
    report(f"{what}, proven gap {gap:.1%}", told, f"<= {limit:g} s", reached <= limit and true_gap <= 1.02 * gap)
    return session


def what_if(session: PriceSession) -> None:
    """The line that binds most loses a fifth of its hours in three months."""
    model = session.model
    top = session.plan().binding[0]
    hours = model.resources.regular.copy()
    hours[top.period : top.period + 3, top.resource] *= 0.8
    tighter = replace(model, resources=replace(model.resources, regular=hours))
    start = time.process_time()
    found = session.change_hours(tighter)
    taken = time.process_time() - start
    told = f"{taken:.2f} s, new plan within {found.gap:.2%}"
    report("20,000 items: capacity what-if, new mix and prices", told, "<= 0.5 s", taken <= 0.5)


def by_priority(model: SupplyModel, bound: float) -> None:
    start = time.process_time()
    shop = priority_shop(model)
    assert shop.wanted.size
    laid_out = time.process_time() - start
    seconds = []
    for _ in range(3):
        start = time.process_time()
        plan = plan_by_priority(model, shop)
        seconds.append(time.process_time() - start)
    over = plan.objective / bound - 1
    told = (
        f"{min(seconds):.2f} s beside {laid_out:.2f} s for the model and its plan without limits, "
        f"{over:.2%} above the bound, {len(plan.moves):,} moves, "
        f"{evaluate(model, plan.decisions).service(model):.1%} in time"
    )
    report("20,000 items: finite by priority", told, "<= 0.5 s", min(seconds) <= 0.5)


def main() -> None:
    warm_up()
    bracket()
    proven("2,000 items, 8,000 item-places x 24, load 111 %", distribution("medium"), gap=0.001, limit=10.0)
    large = distribution("large")
    session = proven("20,000 items, 80,000 item-places x 24, load 111 %", large, gap=0.005, limit=5.0)
    bound = session.lower_bound
    what_if(session)
    by_priority(large, bound)
    proven("5,000 items over a three-level bill", assembled("middle"), gap=0.01, limit=20.0)


if __name__ == "__main__":
    main()
