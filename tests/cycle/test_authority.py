"""Authority: who decides what up to which amount, and the faults of a matrix."""

import pytest

from steelyard.cycle.authority import (
    USUAL,
    AuthorityMatrix,
    AuthorityRule,
    Signed,
    check_authority,
    still_missing,
)
from steelyard.cycle.decision.kind import KINDS
from steelyard.errors import DecisionInvalid

PEOPLE = {"sop_lead": ["ines"], "finance": ["fiona"], "executive": ["edgar"], "sales": []}
SMALL = AuthorityRule("", 100.0, "pre_sop", ("sop_lead",))
LARGE = AuthorityRule("", None, "executive_sop", ("executive",))


def rules_broken(*rules: AuthorityRule) -> set[str]:
    return {one.rule for one in check_authority(AuthorityMatrix(rules), PEOPLE)}


@pytest.mark.parametrize(("amount", "forum"), [(0.0, "pre_sop"), (100.0, "pre_sop"), (-100.5, "executive_sop")])
def test_the_smallest_rule_that_covers_an_amount_decides(amount: float, forum: str) -> None:
    assert AuthorityMatrix((LARGE, SMALL)).rule_for("balance", amount).forum == forum


def test_rules_of_a_kind_stand_before_those_for_any() -> None:
    own = AuthorityRule("price", None, "pre_sop", ("finance",))
    matrix = AuthorityMatrix((SMALL, LARGE, own))
    assert matrix.rule_for("price", 50.0) is own
    assert not matrix.may_sign("sop_lead", "price", 50.0)


def test_who_may_decide_more_may_decide_less() -> None:
    matrix = AuthorityMatrix((SMALL, LARGE))
    assert matrix.may_sign("executive", "balance", 1.0)
    assert not matrix.may_sign("sop_lead", "balance", 101.0)
    assert matrix.within("pre_sop", "balance", 100.0)
    assert not matrix.within("pre_sop", "balance", 101.0)


def test_an_amount_that_nobody_knows_is_decided_at_the_highest_level() -> None:
    matrix = AuthorityMatrix((SMALL, LARGE))
    assert matrix.rule_for("balance", None) is LARGE
    assert not matrix.may_sign("sop_lead", "balance", None)
    assert matrix.may_sign("executive", "balance", None)
    assert not matrix.within("pre_sop", "balance", None)
    with pytest.raises(DecisionInvalid, match="an amount that nobody knows"):
        AuthorityMatrix((SMALL,)).rule_for("balance", None)


def test_what_nobody_may_decide_is_said() -> None:
    with pytest.raises(DecisionInvalid, match="Nobody may decide price over 101"):
        AuthorityMatrix((SMALL,)).rule_for("price", 101.0)


def test_a_quorum_counts_people_not_signatures() -> None:
    rule = AuthorityRule("line", None, "executive_sop", ("executive", "finance"), 2, ("executive",))
    twice = [Signed("fiona", "finance", 1), Signed("fiona", "finance", 1)]
    assert still_missing(rule, twice) == ["1 more signature", "somebody who is executive"]
    assert still_missing(rule, [twice[0], Signed("edgar", "executive", 1)]) == []


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ((SMALL,), "every_amount_has_a_decider"),
        ((LARGE, AuthorityRule("price", 5.0, "pre_sop", ("finance",))), "every_amount_has_a_decider"),
        ((LARGE, LARGE), "every_limit_stands_once"),
        ((LARGE, AuthorityRule("teapots", None, "x", ("finance",))), "every_kind_is_known"),
        ((AuthorityRule("", None, "x", ("king",)),), "every_role_is_known"),
        ((AuthorityRule("", None, "x", ("sales",)),), "every_role_has_a_person"),
        ((AuthorityRule("", None, "x", ()),), "somebody_may_sign"),
        ((AuthorityRule("", None, "x", ("executive",), 2),), "the_quorum_can_be_met"),
        ((AuthorityRule("", None, "x", ("executive",), 1, ("finance",)),), "who_must_sign_may_sign"),
        (
            (AuthorityRule("", 5.0, "x", ("executive", "finance"), 2), LARGE),
            "more_money_needs_no_fewer_signatures",
        ),
    ],
)
def test_every_fault_of_a_matrix_is_found(rules: tuple[AuthorityRule, ...], fault: str) -> None:
    assert fault in rules_broken(*rules)


def test_the_usual_matrix_has_no_fault_and_covers_every_kind() -> None:
    held = {role: [f"{role}1", f"{role}2"] for role in ("sop_lead", "finance", "executive")}
    assert check_authority(USUAL, held) == []
    assert all(USUAL.rule_for(kind, amount) for kind in KINDS for amount in (0.0, 1e12))
