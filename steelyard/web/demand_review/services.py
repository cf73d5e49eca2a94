"""Demand review services: sign, close, reopen, withdraw; keep one's own slice."""

from steelyard.errors import NotAllowed
from steelyard.plan.sign_off.signature import CONSENSUS, FUNCTIONS, Act, SignOff, Slice
from steelyard.web.accounts.permissions import User
from steelyard.web.accounts.roles import Ability, Role
from steelyard.web.accounts.services import own_scope_set
from steelyard.web.accounts.sight import require_scope
from steelyard.web.audit.services import audit_record
from steelyard.web.company import now
from steelyard.web.demand_review.selectors import SIGNS_FOR, may_sign
from steelyard.web.scenarios.access import scenario_to_change
from steelyard.web.scenarios.plans import moment_of
from steelyard.web.scenarios.slice import check_scope

Scope = dict[str, tuple[str, ...]]


def slice_sign(
    name: str,
    function: str,
    *,
    user: User,
    act: Act = "signed",
    measure: str = CONSENSUS,
    scope: Scope | None = None,
    periods: tuple[str, str] | None = None,
    note: str = "",
    expected_revision: int | None = None,
) -> SignOff:
    """Let a function stand behind a slice, close it, reopen it or withdraw.

    Args:
        name: The scenario.
        function: Who stands behind it.
        user: Who signs.
        act: signed, closed, reopened or withdrawn.
        measure: The consensus, or a stream.
        scope: Members by level.
        periods: First and last period; nothing is the whole horizon.
        note: What was agreed.
        expected_revision: The revision the person saw.

    Raises:
        NotAllowed: The role does not sign for the function, the scenario is not theirs to change, or another closed the
            slice.
        AlreadySigned: The function has signed the same numbers.
        SliceClosed: The slice is closed.
        StaleRevision: The scenario has moved since it was looked at.
    """
    require_function(user, function)
    scenario = scenario_to_change(user, name)
    scope = require_scope(moment_of(name).plan, scope or {})
    if act == "reopened":
        _require_reopen(user, scenario.sign_offs, function, Slice(measure, scope or {}, periods))
    made = scenario.sign(
        function, actor=user.username, at=now(), measure=measure, scope=scope, periods=periods, note=note[:500],
        act=act, expected_revision=expected_revision,
    )  # fmt: skip
    detail: dict[str, str | int | float | bool | None] = {
        "slice": str(made.slice), "function": function, "revision": made.revision, "note": note[:200],
    }  # fmt: skip
    audit_record(actor=user.username, action=f"sign_off.{act}", subject=name, detail=detail)
    return made


def require_function(user: User, function: str) -> None:
    """Go on only when the person signs for a function.

    Raises:
        NotAllowed: The role does not.
    """
    if function in FUNCTIONS and not may_sign(user, function):
        able = [role.label for role, functions in SIGNS_FOR.items() if function in functions]
        raise NotAllowed(
            f"Your role ({user.role_label}) does not sign for {FUNCTIONS[function].lower()}",
            mend=f"ask one of: {', '.join(able)}",
        )


def own_slice_set(name: str, scope: Scope, *, user: User) -> None:
    """Let a page open on this slice from now on.

    Raises:
        UnknownMember: The slice is not in the plan.
    """
    check_scope(moment_of(name).plan, scope)
    own_scope_set(user, scope)


def _require_reopen(user: User, signed: tuple[SignOff, ...], function: str, asked: Slice) -> None:
    """Who closed a slice may reopen it, and who leads the process."""
    found = [one for one in signed if one.function == function and one.slice == asked and one.act == "closed"]
    if found and found[0].actor != user.username and not user.may(Ability.PUBLISH):
        raise NotAllowed(
            f"{found[0].actor} closed this slice", mend=f"ask {found[0].actor}, or the {Role.SOP_LEAD.label}"
        )
