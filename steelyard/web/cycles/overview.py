"""Overview: every cycle in one line each."""

from dataclasses import dataclass
from datetime import date

from steelyard.cycle.cycle import current_step, days_late
from steelyard.cycle.step import Standing
from steelyard.web.company import now
from steelyard.web.cycles.models import Cycle
from steelyard.web.cycles.plans import days_of, standing_of
from steelyard.web.cycles.selectors import cycles, steps_of
from steelyard.web.cycles.step_lines import BADGES


@dataclass(frozen=True)
class CycleLine:
    """A cycle in the list."""

    cycle: Cycle
    on: Standing | None
    """The step that is on."""
    done: int
    steps: int
    late: int
    first: date | None
    """First day of its first step; None without steps."""
    last: date | None

    @property
    def badge(self) -> str:
        """How its badge looks."""
        return BADGES.get(self.cycle.state, "is-running")


def cycle_lines() -> list[CycleLine]:
    """All cycles, the ones that are on first, then those to come, then those that are over, the latest first."""
    order = {"open": 0, "closing": 0, "planned": 1, "closed": 2}
    found = [_line(cycle) for cycle in cycles()]
    over = [line for line in found if line.cycle.state == "closed"]
    rest = [line for line in found if line.cycle.state != "closed"]
    return [*sorted(rest, key=lambda line: (order[line.cycle.state], line.cycle.anchor)), *reversed(over)]


def _line(cycle: Cycle) -> CycleLine:
    steps = steps_of(cycle)
    stand = [standing_of(step) for step in steps]
    on = current_step(stand) if cycle.state == "open" else None
    late = days_late(stand, now().date(), days_of(cycle)) if cycle.state == "open" else 0
    done = sum(one.state.is_over for one in stand)
    first, last = (steps[0].starts, steps[-1].ends) if steps else (None, None)
    return CycleLine(cycle, on, done, len(stand), late, first, last)
