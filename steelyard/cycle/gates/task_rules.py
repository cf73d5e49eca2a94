"""Rules of work: is everything done that was to be done."""

from steelyard.cycle.gates.facts import TaskFacts
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page


@rule("cycle")
def every_task_is_done(work: TaskFacts) -> Evidence:
    """Every task of the step is done.

    Who does a task presses Done beside it; tasks that stand for work in the system tick themselves.
    """
    told = f"{work.tasks - len(work.open):,} of {counted(work.tasks, 'task')} done."
    rows = tuple(Row(one.subject, one.text) for one in work.open)
    return Evidence(not work.open, told, Page("cycle"), rows)
