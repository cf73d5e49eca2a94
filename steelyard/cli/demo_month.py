"""Demo month: the demo company's extracts, its scenarios and its published plans, by the people of the story."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from steelyard.cli.demo_actions import enter_actions
from steelyard.cli.demo_archive import MONTHS, PastMonth, past_months, publish_month
from steelyard.cli.demo_intelligence import enter_heard
from steelyard.cli.demo_registers import enter_registers, set_signposts
from steelyard.cli.progress import Report
from steelyard.data.extract import Extract
from steelyard.data.synthetic import (
    COMPANY,
    Shape,
    StoryChange,
    SyntheticCompany,
    advance,
    make_company,
    rewind,
    tell_past,
    write_company,
)
from steelyard.data.synthetic.heard import heard_in
from steelyard.plan.change import Change
from steelyard.plan.operation import Add, CellOperation, Formula, Percent, SetValue, operation_from_json
from steelyard.plan.scenario import Scenario
from steelyard.plan.workspace import Workspace

FILES = "erp"
"""Folder of the generated files inside the company's folder."""
INBOX = "inbox"
"""Folder of the company in which its ERP drops a folder for each extract."""
HORIZON = 24
LAST_MONTH = "last-month"
LAUNCH_DAY = 5
"""Days after the as-of date of last month on which the launches were agreed."""


def make_demo(folder: Path, *, items: int, seed: int, report: Report, past: int = MONTHS) -> dict[str, object]:
    """Generate, import, tell the story, plan and publish, month by month.

    Everything has a fixed time, so that the same seed gives the same digests on every machine.

    Args:
        folder: Where the workspace goes.
        items: Items that are sold.
        seed: The same seed gives the same company.
        report: Told what is done.
        past: Published plans before that of last month.

    Returns:
        What was made, for the answer of the command.
    """
    with Workspace.create(folder, company=COMPANY) as workspace:
        steps = past + 5
        report("generating", 0, steps)
        company, earlier, months, rows = _write_files(folder / FILES, Shape(items=items, seed=seed), past)
        for number, month in enumerate(months, start=1):
            report(f"planning {month.company.as_of:%B}", number, steps)
            _publish_past(workspace, month, past + 2 - number)
        report("importing last month", past + 1, steps)
        then = _import(workspace, folder, earlier)
        report("publishing last month", past + 2, steps)
        published = _publish_last_month(workspace, company, earlier, then)
        report("importing", past + 3, steps)
        extract = _import(workspace, folder, company)
        report("planning", past + 4, steps)
        scenarios = _tell(workspace, company, extract, _moment(earlier, LAUNCH_DAY))
        enter_heard(
            workspace, scenarios[0], heard_in(company.as_of, 0), as_of=company.as_of, at=_moment(company, 4)
        )  # fmt: skip
        enter_actions(workspace, scenarios[0].name, as_of=company.as_of, at=_moment(company, 4))
        enter_registers(workspace, scenarios[0].name, as_of=company.as_of, at=_moment(company, 5))
        plans = [scenario.plan() for scenario in scenarios]
        set_signposts(workspace, plans[0], scenarios[-1].name, at=_moment(company, 5))
        report("done", steps, steps)
        return _summary(company, extract, scenarios, published) | {"rows": rows}


def _write_files(
    folder: Path, shape: Shape, past: int
) -> tuple[SyntheticCompany, SyntheticCompany, tuple[PastMonth, ...], int]:
    """Write all extracts, that of the month to come into the inbox, where data gathering of the next cycle finds it.

    The companies come back without their tables, and with the rows of this month's.
    """
    company = make_company(shape)
    rows = sum(frame.height for frame in company.tables.values())
    earlier = rewind(company)
    for one in (earlier, company):
        write_company(one, folder / f"{one.as_of:%Y-%m}")
    following = advance(company, shape)
    write_company(following, folder.parent / INBOX / f"{following.as_of:%Y-%m}")
    return company.without_tables(), earlier.without_tables(), past_months(earlier, folder, past), rows


def _import(workspace: Workspace, folder: Path, company: SyntheticCompany) -> Extract:
    source = folder / FILES / f"{company.as_of:%Y-%m}"
    return workspace.import_extract(source, at=_moment(company, 1), actor="dana")


def _moment(company: SyntheticCompany, day: int, hour: int = 9) -> datetime:
    """Nine o'clock some days after the as-of date."""
    return datetime.combine(company.as_of + timedelta(days=day), time(hour), tzinfo=UTC)


def _publish_past(workspace: Workspace, month: PastMonth, months_ago: int) -> None:
    extract = workspace.import_extract(month.folder, at=_moment(month.company, 1), actor="dana")
    changes = _past_changes(month.company)
    heard = heard_in(month.company.as_of, months_ago)
    publish_month(workspace, month, extract, changes, heard, horizon=HORIZON, moment=_moment)


def _past_changes(company: SyntheticCompany) -> list[Change]:
    """What people believed on the history of a month."""
    return [_change(story, _moment(company, 3, 9 + number)) for number, story in enumerate(tell_past(company.as_of))]


def _publish_last_month(
    workspace: Workspace, company: SyntheticCompany, earlier: SyntheticCompany, extract: Extract
) -> str:
    """Last month's plan: its own extract, and the judgements that had been made by then."""
    made = workspace.create_scenario(
        LAST_MONTH, extract=extract.digest, actor="dana", at=_moment(earlier, 2), note="Plan of the cycle before",
        horizon=HORIZON,
    )  # fmt: skip
    launches = [change for change in company.story[0].changes if change.reason == "launch"]
    made.append(*(_change(change, _moment(earlier, LAUNCH_DAY)) for change in launches), *_past_changes(earlier))
    published = made.publish(actor="ines", at=_moment(earlier, 20), note="Approved at the executive meeting")
    made.close(actor="ines", at=_moment(earlier, 20, 10))
    return published.id


def _tell(workspace: Workspace, company: SyntheticCompany, extract: Extract, launched: datetime) -> list[Scenario]:
    """The base, which takes over last month's launches, and the scenarios of the story, each change by its person."""
    first, *others = company.story
    base = workspace.create_scenario(
        first.name, extract=extract.digest, actor=first.actor, at=_moment(company, 2), note=first.note, horizon=HORIZON
    )
    base.append(*(_change(change, launched) for change in first.changes if change.reason == "launch"))
    _enter(base, company, [change for change in first.changes if change.reason != "launch"], day=3)
    made = [base]
    for number, story in enumerate(others):
        branch = base.branch(story.name, actor=story.actor, at=_moment(company, 6 + number), note=story.note)
        _enter(branch, company, story.changes, day=6 + number)
        made.append(branch)
    return made


def _enter(scenario: Scenario, company: SyntheticCompany, changes: Sequence[StoryChange], *, day: int) -> None:
    """Enter the changes one by one, as people do, so that each can be undone by its author."""
    for number, change in enumerate(changes):
        scenario.append(_change(change, _moment(company, day + number // 4, 10 + number % 4)))


def _change(story: StoryChange, at: datetime) -> Change:
    if story.decision:
        decided = operation_from_json(story.decision)  # type: ignore[arg-type]
        return Change(decided, author=story.actor, at=at, reason=story.reason, note=story.note)
    made = Change(
        _operation(story), measure=story.measure, scope=story.scope, periods=story.periods, author=story.actor,
        reason=story.reason, note=story.note, stream=story.stream,
    )  # fmt: skip
    return replace(made, at=at)


def _operation(story: StoryChange) -> CellOperation:
    per = "period" if story.per == "period" else "cell" if story.per == "cell" else "scope"
    if story.operation == "formula":
        return Formula(str(story.value), per=per)  # type: ignore[arg-type]
    number = float(story.value)
    if story.operation == "percent":
        return Percent(number)
    return (SetValue if story.operation == "set" else Add)(number, per=per)  # type: ignore[arg-type]


def _summary(
    company: SyntheticCompany, extract: Extract, scenarios: list[Scenario], published: str
) -> dict[str, object]:
    return {
        "company": company.name, "as_of": company.as_of, "extract": extract.digest, "published": published,
        "scenarios": [{"name": s.name, "changes": len(s.own_changes), "note": s.record.note} for s in scenarios],
        "score": extract.score.overall, "findings": len(extract.findings),
    }  # fmt: skip
