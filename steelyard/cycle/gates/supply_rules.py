"""Rules of supply planning: can supply do what is asked, and where it cannot, has somebody decided."""

from steelyard.cycle.gates.facts import LoadFacts, Overload, ServiceFacts
from steelyard.cycle.gates.rule import Ask, Evidence, Row, counted, rule
from steelyard.cycle.page import Page

CAPACITY, STOCK, SUPPLY = Page("capacity"), Page("stock"), Page("supply_review")


@rule("capacity")
def no_overload_without_decision(load: LoadFacts) -> Evidence:
    """No resource is asked for more hours than it has, unless a decision deals with it.

    Lay more hours on a branch (Capacity, Options), or ask for a decision that names the resource. Once it is approved,
    the overload counts as dealt with; while it is open it does not.
    """
    bare = [one for one in load.overloads if not one.decided]
    told = (
        f"{counted(len(load.overloads), 'resource')} of {load.resources:,} over their hours, "
        f"{counted(len(bare), 'of them', 'of them')} without a decision that is taken."
    )
    return Evidence(not bare, told, CAPACITY, tuple(_row(one) for one in bare))


@rule("supply_review")
def service_is_at_least(service: ServiceFacts, percent: float) -> Evidence:
    """The plan serves at least so many percent of the demand of the year ahead in its period.

    Look on Supply review what is short and why, and lay a way out: more hours, another source, stock built earlier.
    Later years do not make up for what is short in this one.
    """
    met = service.fill_rate >= percent
    whole = "" if service.whole is None else f"; {service.whole:.1f} % over the whole horizon"
    window = f" (fill rate in units, {service.covers}{whole})" if service.covers else ""
    told = (
        f"The plan serves {service.fill_rate:.1f} % of the demand of the year ahead in its period{window}; "
        f"at least {percent:g} % is asked for."
    )
    rows = tuple(Row(one.subject, one.text, one.amount, page=SUPPLY) for one in service.short)
    return Evidence(met, told, SUPPLY, () if met else rows)


@rule("stock")
def excess_stock_is_at_most(service: ServiceFacts, share: float) -> Evidence:
    """Excess stock is at most this share of the stock value, 0 to 1."""
    part = service.excess_value / service.stock_value if service.stock_value else 0.0
    told = f"{part:.0%} of the stock at the end of the horizon's first year is excess; {share:.0%} may be."
    return Evidence(part <= share, told, STOCK)


def _row(one: Overload) -> Row:
    first, last = one.periods[0], one.periods[-1]
    when = first if first == last else f"{first} to {last}, {counted(len(one.periods), 'period')}"
    text = f"{one.hours:,.0f} {one.unit} over in {when}"
    ask = None if one.asked else Ask(f"What do we do about {one.resource}, {text}?", "shift")
    told = f"{text}; asked: {one.asked}" if one.asked else text
    return Row(one.resource, told, one.hours, one.unit, CAPACITY, ask, one.decision)
