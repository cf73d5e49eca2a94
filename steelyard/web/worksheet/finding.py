"""Finding: the members and lines that a typed text means, in whatever case, by code or by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.errors import ChangeInvalid, UnknownMember
from steelyard.plan.plan import Plan
from steelyard.web.masterdata.names import MemberNames, member_names
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.worksheet.selectors import level_label, levels_of, sheet_of
from steelyard.web.worksheet.view import View

MOST_MEMBERS = 50
"""Members offered for a filter, and members that one typed filter may mean."""


@dataclass(frozen=True)
class Member:
    """A member of a level and what it is called."""

    level: str
    member: str
    name: str

    @property
    def level_label(self) -> str:
        """The level as people read it."""
        return level_label(self.level)

    def is_called(self, text: str) -> bool:
        """Whether a text is its whole code or name, in whatever case."""
        return text.casefold() in {self.member.casefold(), self.name.casefold()}


@dataclass(frozen=True)
class Meant:
    """What a typed filter means: members of one level, and how many members of other levels fit, too."""

    level: str
    members: tuple[str, ...]
    elsewhere: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class FoundLine:
    """A line of a view, and which nodes are open when it is seen."""

    row: int
    """Number of the line's first row."""
    node: str
    open: tuple[str, ...]
    closed: tuple[str, ...]


def members(plan: Plan, levels: Sequence[str], *, text: str = "", most: int = MOST_MEMBERS) -> list[Member]:
    """Members of some levels whose code or name contains a text; level by level, by code.

    Raises:
        UnknownMember: There is no such level.
    """
    names = member_names(plan.inputs.extract)
    found: list[Member] = []
    for level in levels:
        found += [Member(level, one, names.of(level, one)) for one in _holding(plan, level, text, names)]
        if len(found) >= most:
            break
    return found[:most]


def members_meant(plan: Plan, levels: Sequence[str], text: str) -> Meant:
    """What a typed filter means: the member of that code or name, else all of the first level where some contain it.

    Args:
        plan: Where to search.
        levels: Levels to search, the first that fits wins.
        text: Part of a code or name, in whatever case.

    Raises:
        UnknownMember: There is no such level, or nothing fits.
        ChangeInvalid: Too many fit to be a filter.
    """
    names = member_names(plan.inputs.extract)
    found = [Member(level, one, names.of(level, one)) for level in levels for one in _holding(plan, level, text, names)]
    if not found:
        raise UnknownMember(
            f"Nothing is called {text!r} here",
            where=f"searched codes and names of {', '.join(level_label(level) for level in levels)}",
            mend="write less of the name",
        )
    called = [one for one in found if one.is_called(text)] or found
    level = called[0].level
    meant = tuple(one.member for one in called if one.level == level)
    if len(meant) > MOST_MEMBERS:
        raise ChangeInvalid(f"More than {MOST_MEMBERS} members fit {text!r}", mend="write more of the name")
    return Meant(level, meant, _elsewhere(found, level))


def line_found(name: str, view: View, *, text: str, after: str = "") -> FoundLine | None:
    """The next line, open or not, whose code or name contains a text; None where there is none.

    Args:
        name: The scenario.
        view: The view, with the nodes that are open now.
        text: Part of a code or name, in whatever case.
        after: Node to search from; the search goes on from the top at the end.
    """
    moment = moment_of(name)
    sheet, names = sheet_of(moment, view), member_names(moment.plan.inputs.extract)
    path = sheet.next_path(lambda level, member: names.holds(level, member, text), after)
    if path is None:
        return None
    above = [view.node(path[:depth]).key for depth in range(1, len(path))]
    shown = view.with_nodes(sorted({*view.opened, *above[view.depth :]}), sorted(view.closed - set(above)))
    row = sheet.row_of(shown, path)
    return FoundLine(row, view.node(path).key, tuple(sorted(shown.opened)), tuple(sorted(shown.closed)))


def levels_searched(plan: Plan, view: View, level: str) -> list[str]:
    """The level asked for, else all that the view's measures have."""
    return [level] if level else [one for one, _ in levels_of(plan, view)]


def _holding(plan: Plan, level: str, text: str, names: MemberNames) -> list[str]:
    grains = [series for series in plan.inputs.series.values() if level in series.levels]
    if not grains:
        raise UnknownMember(f"There is no level {level!r} here", mend="see the list of levels")
    return sorted({one for series in grains for one in series.names(level) if names.holds(level, one, text)})


def _elsewhere(found: Sequence[Member], level: str) -> tuple[tuple[str, int], ...]:
    others = [one.level_label for one in found if one.level != level]
    return tuple((label, others.count(label)) for label in dict.fromkeys(others))
