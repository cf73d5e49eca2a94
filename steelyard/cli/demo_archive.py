"""Demo archive: the plans of the months before, each made and published with what was known then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from steelyard.cli.demo_intelligence import enter_heard
from steelyard.data.extract import Extract
from steelyard.data.synthetic import SyntheticCompany, rewind, write_company
from steelyard.data.synthetic.heard import Heard
from steelyard.plan.change import Change, known_rows
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

MONTHS = 6
"""Published plans before that of last month, so that forecasts are known at lags of half a year."""


@dataclass(frozen=True)
class PastMonth:
    """One month of the archive: the company as it was then, without its tables."""

    company: SyntheticCompany
    folder: Path


def past_months(company: SyntheticCompany, folder: Path, months: int = MONTHS) -> tuple[PastMonth, ...]:
    """Rewind month by month and write the files of each, the oldest first.

    Args:
        company: The company from which to go back, with its tables.
        folder: Where the folder of each month goes.
        months: How many.
    """
    found, then = [], company
    for _ in range(months):
        then = rewind(then)
        place = folder / f"{then.as_of:%Y-%m}"
        write_company(then, place)
        found.append(PastMonth(then.without_tables(), place))
    return tuple(reversed(found))


def publish_month(
    workspace: Workspace,
    month: PastMonth,
    extract: Extract,
    changes: Sequence[Change],
    heard: Sequence[Heard],
    *,
    horizon: int,
    moment: Callable[[SyntheticCompany, int], datetime],
) -> Scenario:
    """Plan a month of the past as its people did, publish it, and put the scenario away.

    What they said of a family that so small a company does not have is passed over.
    """
    then = month.company
    made = workspace.create_scenario(
        f"plan-{then.as_of:%Y-%m}", extract=extract.digest, actor="dana", at=moment(then, 2),
        note="Plan of an earlier cycle", horizon=horizon,
    )  # fmt: skip
    series = made.inputs.series["demand"]
    made.append(*(change for change in changes if known_rows(change, series) is not None))
    enter_heard(workspace, made, heard, as_of=then.as_of, at=moment(then, 4))
    made.publish(actor="ines", at=moment(then, 20), note="Approved at the executive meeting")
    made.archive(actor="ines", at=moment(then, 21))
    return made
