"""Demo decisions: what the demo company decided in past months and what waits, in the database of the app."""

FORUMS = ("pre_sop", "executive_sop")
"""Steps of the month in which a forum meets."""


def make_decisions() -> None:
    """Tell the story of the decisions, on the days of the running month; the app must be ready and its people there."""
    from steelyard.cli.demo_story import demo_decisions_create  # needs the company's settings
    from steelyard.web.cycles.selectors import current_cycle

    cycle = current_cycle()
    demo_decisions_create({step.key: step.ends for step in cycle.steps.all() if step.key in FORUMS} if cycle else {})
