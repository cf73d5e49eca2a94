"""Work done by itself: what a step or a cycle does at its open and close without anybody's hand, in which order."""

from collections.abc import Mapping
from types import MappingProxyType

from steelyard.errors import CycleInvalid

WORK: Mapping[str, str] = MappingProxyType(
    {
        "import": "Import the newest extract from the drop folder",
        "roll": "Take the plan to the newest extract, with the changes that still hold",
        "forecast": "Calculate forecast and plan",
        "lock": "Close the consensus against changes",
        "pass_up": "Pass up what the meeting may not decide itself",
        "snapshot": "Keep the key figures and the digest of the plan as they are now",
        "publish": "Publish the plan",
        "observe": "Keep how the month was run: steps, decisions, inputs on time, seats taken",
        "grade": "Grade decisions against what came",
        "score": "Score last month: accuracy, adherence, sources",
        "alerts": "Look at KPI alerts and variances: open cases, follow those that go on",
        "problems": "List problems, and in how many cycles they were seen before",
        "carry": "Carry open actions and decisions to the next cycle",
        "next": "Open the next cycle",
    }
)
"""Every kind of work, with the words people read."""
AT_CLOSE: tuple[str, ...] = ("snapshot", "observe", "grade", "score", "alerts", "problems", "carry", "next")
"""What closing a cycle does, in order; each is a no-op when it has been done before."""


def check_work(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Give back kinds of work.

    Raises:
        CycleInvalid: One is not known.
    """
    for kind in kinds:
        if kind not in WORK:
            raise CycleInvalid(f"There is no work {kind!r} done by itself", mend=f"use one of {', '.join(WORK)}")
    return kinds
