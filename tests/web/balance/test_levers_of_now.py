"""Levers after a change: never worked out from the gap of the plan before it."""

from steelyard.web.answers.patience import patient
from steelyard.web.balance import selectors


def test_levers_of_a_changed_plan_are_made_from_its_own_gap(site, monkeypatch) -> None:
    made = []

    class Noted:
        def __init__(self, base, focus) -> None:
            made.append(base)

    monkeypatch.setattr(selectors, "ServedLevers", Noted)
    selectors._boards.forget()
    selectors._served.forget()
    base = site.scenario("base")
    selectors.board_of(base.plan())
    base.change("consensus_demand", percent=40, actor="sam", at=base.record.at, reason="promotion")
    plan = base.plan()
    with patient(60.0):
        selectors.levers_of(plan)
    assert made[-1] is selectors.board_of(plan).base
