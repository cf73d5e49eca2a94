"""Group: risks that tend to happen together, and whether what they state of each other can be true at once."""

from collections.abc import Iterable, Sequence

import numpy as np

from steelyard.errors import ChangeInvalid
from steelyard.grid.block import Array
from steelyard.plan.uncertainty.register import Risk

SLACK = 1e-9
SHOWN = 3


def group_correlation(risks: Sequence[Risk]) -> Array:
    """Correlation of risks, event x event: of two members of one group the mean of what they state, else none."""
    stated = np.array([risk.correlation for risk in risks])
    groups = np.array([risk.group for risk in risks], dtype=object)
    together = (groups[:, None] == groups[None, :]) & (groups[:, None] != "")
    found = np.where(together, (stated[:, None] + stated[None, :]) / 2, 0.0)
    np.fill_diagonal(found, 1.0)
    return found


def check_groups(risks: Iterable[Risk]) -> None:
    """Refuse groups whose correlations cannot be true at once: their matrix is not positive semi-definite.

    Closed risks do not count.

    Raises:
        ChangeInvalid: It names the group, the members that contradict each other most, and a correlation that holds.
    """
    members: dict[str, list[Risk]] = {}
    for risk in risks:
        if risk.group and risk.status == "open":
            members.setdefault(risk.group, []).append(risk)
    for group, found in sorted(members.items()):
        _check(group, found)


def _check(group: str, found: Sequence[Risk]) -> None:
    values, vectors = np.linalg.eigh(group_correlation(found))
    if values[0] >= -SLACK:
        return
    worst = sorted(np.argsort(-np.abs(vectors[:, 0]))[:SHOWN].tolist())
    named = "; ".join(f"{found[i].statement} ({found[i].correlation:g})" for i in worst)
    common = float(np.mean([risk.correlation for risk in found]))
    raise ChangeInvalid(
        f"The correlations of the group {group!r} cannot be true at once (not positive semi-definite)",
        where=named,
        mend=f"give all {len(found)} of its members one correlation, such as {common:.2f}, or part the group",
    )
