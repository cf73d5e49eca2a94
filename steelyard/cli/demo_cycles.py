"""Demo cycles: last month, finished with its published plan, and this month, in the middle of demand planning."""

from datetime import date
from pathlib import Path

from steelyard.plan.workspace import Workspace

PEOPLE = {
    "demand_planner": "dana", "sales": "sam", "product_manager": "petra", "supply_planner": "luis",
    "finance": "fiona", "sop_lead": "ines", "executive": "edgar", "administrator": "admin",
}  # fmt: skip
"""Who acts for a role in the story."""
TODAY = 7
"""Working day of the running month on which the demo is opened, so that nothing is late and something is due."""
ON = "demand_planning"
INPUT_ON_TIME = 200 / 3
"""Two of three functions had signed last month by their day [percent]; nobody kept signatures before."""


def make_cycles(folder: Path, today: date) -> dict[str, str]:
    """Enter both months, once; the months after them stand in the calendar.

    Args:
        folder: The company's folder; the app is connected to it.
        today: The day on which the demo is made; the running month is laid around it.

    Returns:
        Keys of the finished and of the running cycle.
    """
    from steelyard.web.cycles.past import month_before, month_over, month_running  # needs the company's settings
    from steelyard.web.cycles.selectors import cycles

    with Workspace.open(folder) as workspace:
        first = workspace.extracts()[-1].as_of
        running = f"{first.year + first.month // 12}-{first.month % 12 + 1:02d}"
        finished = f"{first:%Y-%m}"
        if not cycles().exists():
            record = workspace.published()[-1]
            plan = workspace.numbers_of(workspace.published_plan(record.id))
            on = month_running(running, today=today, day=TODAY, step=ON, people=PEOPLE)
            month_over(finished, anchor=month_before(on.anchor, on), people=PEOPLE, published=record.id, plan=plan)
    return {"finished": finished, "running": running}


def finish_months(*, finished: str, running: str) -> None:
    """Score the finished month as its closing would have, and judge the gates of the running step.

    NOTE: after the decisions, whose attendance and days the score looks at.
    """
    from steelyard.web.cycles.judging import gates_judge
    from steelyard.web.cycles.past import month_scored  # needs the company's settings
    from steelyard.web.scorecard.services import kpi_observe

    lead = PEOPLE["sop_lead"]
    if month_scored(finished, by=lead):
        kpi_observe("input_on_time", finished, INPUT_ON_TIME, source=f"cycle {finished}", actor=lead)
        gates_judge(running, ON, by=lead)
