"""Segmentation services: set a cut-off or what a segment asks for; correct a past cell."""

from collections.abc import Mapping

from steelyard.errors import ChangeInvalid
from steelyard.plan.change import Change
from steelyard.plan.forecasting.corrections import correct_cell
from steelyard.plan.journal import Event
from steelyard.plan.operation import SetParameter
from steelyard.web.accounts.permissions import User
from steelyard.web.company import now, workspace
from steelyard.web.scenarios.services import changes_append

KNOBS = (
    "abc_by", "abc_cut_a", "abc_cut_b", "xyz_cut_x", "xyz_cut_y", "adi_cut", "cv2_cut", "new_periods",
    "segment_service", "segment_review", "segment_method",
)  # fmt: skip
"""Parameters that the page of segments sets."""
WORDS = frozenset({"abc_by", "segment_service", "segment_review", "segment_method"})


def policy_change(scenario: str, wanted: Mapping[str, str], *, user: User) -> Event | None:
    """Set the parameters of the segments that differ from what holds; gives nothing where none does.

    Raises:
        ChangeInvalid: A value is no number, or outside its range.
        NotAllowed: The role does not set parameters.
    """
    standing = workspace().scenario(scenario).plan().inputs.parameters
    changes = []
    for name in (name for name in KNOBS if name in wanted):
        value = wanted[name].strip() if name in WORDS else _number(name, wanted[name])
        if getattr(standing, name) != value:
            changes.append(Change(SetParameter(name, value), author=user.username, at=now(), reason="other"))
    return changes_append(scenario, changes, user=user) if changes else None


def cell_correct(
    scenario: str, *, item: str, location: str, customer: str, period: str, units: float, note: str, user: User
) -> Event:
    """Set the correction of one past cell; 0 takes it back.

    Raises:
        UnknownMember: The plan has no such series.
        NotAllowed: The role does not edit demand.
    """
    change = correct_cell(
        item=item, location=location, customer=customer, period=period, units=units, author=user.username, at=now(),
        note=note,
    )  # fmt: skip
    return changes_append(scenario, [change], user=user)


def _number(name: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as fault:
        raise ChangeInvalid(f"{text!r} is no number for {name}", mend="enter a number such as 0.8") from fault
