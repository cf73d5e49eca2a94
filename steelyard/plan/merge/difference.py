"""Difference: which changes one list has and another has not, whatever ids they were given."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.plan.change import Change

Changes = tuple[Change, ...]


@dataclass(frozen=True)
class ChangeDifference:
    """What happened between two lists of changes."""

    added: Changes
    """Changes that only the list after holds, in its order."""
    removed: Changes
    """Changes that only the list before holds, in its order."""
    switched: Changes
    """Changes that both hold, switched on in one and off in the other; as the list before spells them."""
    kept: Changes
    """Changes that both hold alike; as the list before spells them."""


def compare_changes(before: Sequence[Change], after: Sequence[Change]) -> ChangeDifference:
    """Hold two lists of changes against each other; ids do not count, a change made twice counts twice.

    Example:
        >>> from dataclasses import replace
        >>> from steelyard.plan.operation import Percent
        >>> one, other = Change(Percent(5), "price", id="1.1.1"), Change(Percent(7), "price", id="2.1.1")
        >>> found = compare_changes([one], [replace(one, id="9.1.1"), other])
        >>> [change.id for change in found.added], found.removed, len(found.kept)
        (['2.1.1'], (), 1)
    """
    waiting: dict[str, list[Change]] = defaultdict(list)
    for change in reversed(before):
        waiting[change.content].append(change)
    matched = [(change, found.pop() if (found := waiting[change.content]) else None) for change in after]
    partner = {id(old): new for new, old in matched if old is not None}
    both = [(old, partner[id(old)]) for old in before if id(old) in partner]
    return ChangeDifference(
        added=tuple(new for new, old in matched if old is None),
        removed=tuple(old for old in before if id(old) not in partner),
        switched=tuple(old for old, new in both if old.enabled != new.enabled),
        kept=tuple(old for old, new in both if old.enabled == new.enabled),
    )
