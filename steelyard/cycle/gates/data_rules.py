"""Rules of data gathering: is the data of this month, whole and good enough to plan on."""

from steelyard.cycle.gates.facts import DataFacts, Flaw
from steelyard.cycle.gates.rule import Evidence, Row, counted, rule
from steelyard.cycle.page import Page

DATA = Page("data")


@rule("data")
def data_score_is_at_least(data: DataFacts, least: float) -> Evidence:
    """The data quality score of the extract is at least so many of a hundred points.

    Have the findings mended where they come from, those with most money first, and import again.
    """
    rows = tuple(_row(flaw) for flaw in _worst(data.flaws))
    told = f"The data score is {data.score:.1f}; {least:g} is asked for."
    return Evidence(data.score >= least, told, DATA, () if data.score >= least else rows)


@rule("data")
def the_extract_is_of_this_month(data: DataFacts, days: float) -> Evidence:
    """The extract is not older than so many days at the beginning of the cycle's month.

    Import the extract of month end on Data, or put it into the inbox and do the import again.
    """
    age = (data.month - data.as_of).days
    told = f"The extract is as of {data.as_of}, {counted(max(age, 0), 'day')} before the month begins; {days:g} may be."
    return Evidence(age <= days, told, DATA)


@rule("scenarios")
def the_plan_stands_on_the_newest_extract(data: DataFacts) -> Evidence:
    """The plan stands on the newest extract there is.

    Finishing the step takes the plan there by itself; the work of its start can be done again, too.
    """
    if data.is_latest:
        return Evidence(True, f"The plan stands on the newest extract, as of {data.as_of}.", Page("scenarios"))
    told = f"The plan stands on the extract of {data.as_of}; there is one of {data.newest}."
    return Evidence(False, told, Page("scenarios"))


@rule("data")
def no_flaw_costs_more_than(data: DataFacts, money: float) -> Evidence:
    """No kind of faulty rows has more money standing on it than this, in the company's currency."""
    dear = [flaw for flaw in _worst(data.flaws) if abs(flaw.money) > money]
    told = f"{counted(len(dear), 'kind')} of faulty rows with more than {money:,.0f} standing on them."
    return Evidence(not dear, told, DATA, tuple(_row(flaw) for flaw in dear))


def _worst(flaws: tuple[Flaw, ...]) -> list[Flaw]:
    return sorted(flaws, key=lambda flaw: (-abs(flaw.money), -flaw.rows, flaw.table, flaw.rule))


def _row(flaw: Flaw) -> Row:
    owner = f", {flaw.owner} looks after it" if flaw.owner else ""
    said = flaw.rule.replace("_", " ")
    return Row(flaw.table, f"{said}: {counted(flaw.rows, 'row')}{owner}", flaw.money, page=DATA)
