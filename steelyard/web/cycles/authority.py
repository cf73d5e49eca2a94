"""Authority: who runs the month, who acts on a step, who may waive a gate."""

from steelyard.cycle.step import GateUse, StepPlan
from steelyard.errors import NotAllowed
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability, Role, role_label
from steelyard.web.accounts.selectors import people
from steelyard.web.accounts.sight import sight

LEADS = frozenset({Role.SOP_LEAD.value, Role.ADMINISTRATOR.value})
"""Roles that run the month: they make cycles, edit templates, and may act on every step."""
ROLES = tuple(role.value for role in Role)


def is_lead(user: User) -> bool:
    """Whether a person runs the month."""
    return user.is_active and user.role in LEADS


def may_move(user: User, step: StepPlan) -> bool:
    """Whether a person starts, finishes and reopens a step."""
    return is_lead(user) or (user.is_active and user.role == step.owner)


def may_waive(user: User, gate: GateUse) -> bool:
    """Whether a person may let a step end although a rule does not hold."""
    return user.is_active and user.role in gate.waived_by


def may_do(user: User, step: StepPlan, task: str) -> bool:
    """Whether a person marks a task as done."""
    return may_move(user, step) or any(t.key == task and t.role == user.role for t in step.tasks)


def may_explain(user: User) -> bool:
    """Whether a person says why money of the company is off: who answers for money and sees all of it."""
    return user.is_active and user.may(Ability.EDIT_FINANCE) and sight().everything


def who_by_role() -> dict[str, str]:
    """Every role as people read it, with those who have it.

    Example: {"sop_lead": "S&OP lead (Ines Berg)"}.
    """
    found: dict[str, list[str]] = {role.value: [] for role in Role}
    for one in people():
        if one.is_active:
            found[one.role].append(one.get_full_name() or one.username)
    return {role: f"{role_label(role)} ({', '.join(names)})" if names else role_label(role)
            for role, names in found.items()}  # fmt: skip


def require_lead(user: User) -> None:
    """Go on only when a person runs the month.

    Raises:
        NotAllowed: They do not.
    """
    if not is_lead(user):
        raise NotAllowed(f"Your role ({user.role_label}) does not run the month", mend=f"ask {labels(LEADS)}")


def require_mover(user: User, step: StepPlan) -> None:
    """Go on only when a person may act on a step.

    Raises:
        NotAllowed: They may not.
    """
    if not may_move(user, step):
        whom = labels({step.owner, *LEADS})
        raise NotAllowed(f"{step.label} is not your step", mend=f"ask {whom}")


def require_waiver(user: User, gate: GateUse) -> None:
    """Go on only when a person may waive a gate.

    Raises:
        NotAllowed: They may not.
    """
    if not may_waive(user, gate):
        raise NotAllowed(f"You may not waive {gate.key}", mend=f"ask {labels(gate.waived_by)}, or mend it")


def require_doer(user: User, step: StepPlan, task: str) -> None:
    """Go on only when a person may mark a task as done.

    Raises:
        NotAllowed: They may not.
    """
    if not may_do(user, step, task):
        raise NotAllowed("This task is somebody else's", mend=f"ask who does it, or {labels({step.owner, *LEADS})}")


def labels(roles: frozenset[str] | set[str] | tuple[str, ...]) -> str:
    """Roles as people read them.

    Example:
        >>> labels({"sop_lead"})
        'S&OP lead'
    """
    known = [Role(role).label for role in ROLES if role in roles]
    return " or ".join(known) or "an administrator"
