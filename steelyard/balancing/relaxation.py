"""Relaxation: the smallest sets of limits that must give way before a gap can close."""

from collections.abc import Callable, Sequence

Closes = Callable[[frozenset[str]], bool]
"""Says whether the gap closes when the limits of a set give way and all others hold."""


def irreducible_set(candidates: Sequence[str], closes: Closes) -> frozenset[str] | None:
    """A set of relaxations that closes the gap and of which none can be spared.

    The deletion filter (Chinneck and Dravnieks 1991): leave one candidate out after the other, in order, and keep out
    what is not needed.

    Args:
        candidates: Names of what may give way, what should be spared most first.
        closes: Whether the gap closes with a set.

    Returns:
        The set; None where even all candidates together do not close it.

    Example:
        >>> irreducible_set(["a", "b", "c"], lambda chosen: {"a", "c"} <= chosen or {"b"} <= chosen) == {"a", "c"}
        False
        >>> sorted(irreducible_set(["b", "a", "c"], lambda chosen: {"a", "c"} <= chosen or {"b"} <= chosen))
        ['a', 'c']
    """
    kept = frozenset(candidates)
    if not closes(kept):
        return None
    for name in candidates:
        fewer = kept - {name}
        if closes(fewer):
            kept = fewer
    return kept


def irreducible_sets(candidates: Sequence[str], closes: Closes, *, most: int = 3) -> tuple[frozenset[str], ...]:
    """Several irreducible sets, the smallest first; each is found without one member of an earlier one.

    Args:
        candidates: Names of what may give way, what should be spared most first.
        closes: Whether the gap closes with a set.
        most: How many sets are wanted.
    """
    asked: dict[frozenset[str], bool] = {}

    def remembered(chosen: frozenset[str]) -> bool:
        if chosen not in asked:
            asked[chosen] = closes(chosen)
        return asked[chosen]

    found: list[frozenset[str]] = []
    barred: list[frozenset[str]] = [frozenset()]
    tried: set[frozenset[str]] = set()
    while barred and len(found) < most:
        without = barred.pop(0)
        if without in tried:
            continue
        tried.add(without)
        one = irreducible_set([name for name in candidates if name not in without], remembered)
        if one is None:
            continue
        if one not in found:
            found.append(one)
        barred.extend(without | {name} for name in sorted(one))
    return tuple(sorted(found, key=lambda one: (len(one), sorted(one))))
