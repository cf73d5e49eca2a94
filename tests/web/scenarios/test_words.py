"""Changes and events as people read them."""

from datetime import UTC, datetime

import pytest

from steelyard.plan.change import Change
from steelyard.plan.operation import Add, Assume, Formula, Lock, Percent, SetMasterData, SetParameter, SetValue
from steelyard.web.masterdata.names import MemberNames
from steelyard.web.scenarios.selectors import events
from steelyard.web.scenarios.words import ChangeLine, change_text, scope_text

NAMES = MemberNames({"item": {"I1": "Item one"}, "resource": {"R1": "Press"}})
AT = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (SetValue(1_500_000), "Consensus demand = 1,500,000"),
        (Add(-40), "Consensus demand −40"),
        (Percent(-3), "Consensus demand −3 %"),
        (Percent(7.5), "Consensus demand +7.5 %"),
        (Formula("*1.2"), "Consensus demand ×\u20091.2"),
        (Lock(), "Consensus demand locked"),
    ],
)
def test_a_change_of_numbers_names_the_measure_and_has_true_signs(site, operation, text):
    assert change_text(Change(operation, measure="consensus_demand")) == text


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (SetParameter("service_level", 0.95), "Service level = 0.95"),
        (SetMasterData("routing", {"resource_id": "R1"}, "run_time", 2.5), "Run time of R1 Press = 2.5 (routing)"),
        (Assume("The north grows"), "Assumption: The north grows"),
    ],
)
def test_other_changes_are_words_too(site, operation, text):
    assert ChangeLine(Change(operation), True, NAMES).sentence == text


def test_a_scope_names_its_members_and_counts_the_rest():
    assert scope_text({"item": ("I1",), "channel": ("retail",)}, NAMES) == "I1 Item one; retail"
    assert scope_text({"item": ("A", "B", "C", "D", "E")}, NAMES) == "A, B, C and 2 more"
    assert scope_text({}) == "everything"


def test_events_say_what_was_entered_switched_and_taken_back(site):
    base = site.scenario("base")
    base.change("consensus_demand", add=5, scope={"item": "I1"}, actor="sam", at=AT, reason="correction")
    base.undo("sam", AT)
    base.switch(base.own_changes[0].id, on=False, actor="dana", at=AT)
    told = [line.words for line in events("base")]
    assert told[0] == "switched off: Consensus demand +5 % for F0"
    assert told[1] == "took back revision 2 (entered Consensus demand +5 for I1 Item 1)"
    assert told[-1] == "entered Consensus demand +5 % for F0"
