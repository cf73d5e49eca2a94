"""Authority services: the matrix of who decides what, edited as a whole and checked."""

from collections.abc import Sequence

from django.db import transaction

from steelyard.cycle.authority import AuthorityFinding, AuthorityMatrix, AuthorityRule, check_authority
from steelyard.errors import DecisionInvalid
from steelyard.web.accounts.permissions import User, require
from steelyard.web.accounts.roles import Ability, Role
from steelyard.web.accounts.selectors import people
from steelyard.web.audit.services import audit_record
from steelyard.web.decisions import models
from steelyard.web.decisions.papers import authority_matrix

STOPPING = frozenset({"every_role_is_known", "every_kind_is_known", "somebody_may_sign", "every_amount_has_a_decider"})
"""Faults with which a matrix is not kept; of others people are told."""


def authority_set(rules: Sequence[AuthorityRule], *, user: User) -> list[AuthorityFinding]:
    """Keep a new matrix; answers what is still doubtful about it.

    Raises:
        NotAllowed: The role does not look after the process.
        DecisionInvalid: With it, something could be decided by nobody.
    """
    require(user, Ability.PUBLISH)
    found = check_authority(AuthorityMatrix(tuple(rules)), held_by())
    if stopping := [one for one in found if one.rule in STOPPING]:
        raise DecisionInvalid(
            "The authority matrix cannot be kept",
            where="; ".join(one.text for one in stopping),
            mend=stopping[0].mend,
        )
    before = len(authority_matrix().rules)
    with transaction.atomic():
        models.AuthorityLine.objects.all().delete()
        for rule in rules:
            models.AuthorityLine.objects.create(
                kind=rule.kind, up_to=rule.up_to, forum=rule.forum, roles=list(rule.roles), quorum=rule.quorum,
                includes=list(rule.includes),
            )  # fmt: skip
        told = "; ".join(f"{r.kind or 'any'}<={r.up_to}: {'+'.join(r.roles)} x{r.quorum}" for r in rules)
        audit_record(actor=user.username, action="authority.set", detail={"before": before, "rules": told[:2000]})
    return found


def authority_findings() -> list[AuthorityFinding]:
    """Faults of the matrix in force, with the people of today."""
    return check_authority(authority_matrix(), held_by())


def held_by() -> dict[str, list[str]]:
    """Active people by role."""
    found: dict[str, list[str]] = {role.value: [] for role in Role}
    for person in people():
        if person.is_active:
            found[person.role].append(person.username)
    return found
