"""Roll: take the plan to the newest extract, so that the horizon moves on by a month.

The new plan is made beside the old one and takes its name in two renames. Whatever is cut off, the state tells what is
left: both names there, the new one is made anew; the old name free, the new one takes it.
"""

from steelyard.errors import NotFound
from steelyard.plan.merge.rebase import TAKEN, Rebased, rebase_scenario
from steelyard.plan.scenario import Scenario
from steelyard.web.company import workspace
from steelyard.web.cycles.works.place import Place, Said
from steelyard.web.masterdata.selectors import extract as extract_of


def roll(place: Place) -> Said:
    """Make the plan of the cycle stand on the newest extract, with the changes that still hold."""
    home, name = workspace(), place.cycle.scenario
    if found := _half_way(place):
        return _finish(place, found)
    scenario, newest = home.scenario(name), home.extracts()[-1]
    if scenario.extract == newest.digest:
        _put_away(place)
        return Said(f"{name} stands on the newest extract, as of {newest.as_of}.", {"extract": newest.digest})
    old = _free_name(f"{name} {extract_of(scenario.extract).as_of:%Y-%m}")
    place.settle(old=old, extract=newest.digest)
    _clear(place)
    made, lines = rebase_scenario(
        home, scenario, _making(name), extract=newest.digest, actor=place.by, at=place.at,
        note=f"Plan of {place.cycle.label}",
    )  # fmt: skip
    place.settle(old=old, extract=newest.digest, fates=_fates(lines))
    scenario.rename(old, actor=place.by, at=place.at)
    return _finish(place, made)


def _half_way(place: Place) -> Scenario | None:
    """The new plan, where the old one has given its name away already."""
    names = {one.name for one in workspace().scenarios(archived=True)}
    making = _making(place.cycle.scenario)
    if place.cycle.scenario in names:
        return None
    if making not in names:
        raise NotFound(f"There is no scenario {place.cycle.scenario!r}", mend="make it, or name another in the cycle")
    return workspace().scenario(making)


def _finish(place: Place, made: Scenario) -> Said:
    made.rename(place.cycle.scenario, actor=place.by, at=place.at)
    _put_away(place)
    fates = place.settled.get("fates")
    counts = {str(k): int(str(v)) for k, v in fates.items()} if isinstance(fates, dict) else {}
    kept, left = sum(n for f, n in counts.items() if f in TAKEN), {f: n for f, n in counts.items() if f not in TAKEN}
    told = ", ".join(f"{n} {fate}" for fate, n in sorted(left.items())) or "none"
    as_of = extract_of(made.extract).as_of
    return Said(
        f"{place.cycle.scenario} stands on the extract of {as_of}: {kept} changes kept; left behind: {told}.",
        {"extract": made.extract, "old": str(place.settled.get("old", "")), "fates": dict(counts)},
    )  # fmt: skip


def _put_away(place: Place) -> None:
    """Lock and archive the plan of the month before, if this has not been done."""
    old = str(place.settled.get("old", ""))
    for one in workspace().scenarios():
        if old and one.name == old:
            if not one.record.closed:
                one.close(actor=place.by, at=place.at)
            one.archive(actor=place.by, at=place.at)


def _clear(place: Place) -> None:
    """Put a new plan away that was cut off while it was made."""
    for one in workspace().scenarios(archived=True):
        if one.name == _making(place.cycle.scenario):
            one.rename(_free_name(f"{one.name} left over"), actor=place.by, at=place.at)
            one.archive(actor=place.by, at=place.at)


def _making(name: str) -> str:
    return f"{name} in the making"


def _free_name(wanted: str) -> str:
    names = {one.name for one in workspace().scenarios(archived=True)}
    tried = [wanted, *(f"{wanted} ({n})" for n in range(2, len(names) + 3))]
    return next(name for name in tried if name not in names)


def _fates(lines: tuple[Rebased, ...]) -> dict[str, object]:
    return {fate: sum(line.fate == fate for line in lines) for fate in sorted({line.fate for line in lines})}
