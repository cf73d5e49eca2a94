"""Laws of scenarios: a branch is a pointer and its own changes; what its base does later shines through."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steelyard.errors import ChangeInvalid, SpreadImpossible
from steelyard.plan.change import Change
from steelyard.plan.change_sets.laying import lay_set, record_set
from steelyard.plan.operation import Add, Percent, SetMasterData, SetParameter, SetValue
from steelyard.plan.workspace import Workspace
from tests.company import company

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DANA = {"actor": "dana", "at": AT}
SCOPES: tuple[dict[str, str], ...] = ({}, {"product_family": "F0"}, {"item": "I2"})
MEASURES = ("consensus_demand", "revenue", "inventory_value")

operations = st.one_of(
    st.builds(Percent, st.integers(-40, 40)),
    st.builds(Add, st.integers(0, 90)),
    st.builds(SetValue, st.integers(500, 900)),
)
tables = st.sampled_from(
    [
        SetMasterData("source", {"source_id": "make-I0"}, "lead_time_days", 45),
        SetMasterData("resource_capacity", {"resource_id": "LINE"}, "available", 150),
        SetParameter("service_level_c", 0.99),
    ]
)
moves = st.lists(
    st.one_of(
        st.builds(
            Change,
            operations,
            st.just("consensus_demand"),
            st.sampled_from(SCOPES),
            author=st.just("dana"),
            at=st.just(AT),
        ),
        st.builds(Change, tables, author=st.just("dana"), at=st.just(AT)),
    ),
    max_size=3,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=moves, own=moves, later=moves)
def test_what_the_base_does_later_shines_through(tmp_path_factory, before, own, later):
    with _workspace(tmp_path_factory.mktemp("law")) as home:
        base = home.create_scenario("base", horizon=8, **DANA)
        _append(base, before)
        branch = base.branch("branch", **DANA)
        _append(branch, own)
        _append(base, later)
        assert branch.changes == base.changes + branch.own_changes
        fresh = home.calculator.fresh_plan("fresh", base.extract, base.parameters, branch.changes)
        plan = branch.plan()
        assert all(plan.value(name) == fresh.value(name) for name in MEASURES)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(later=moves)
def test_what_the_branch_has_set_stays_whatever_its_base_does(tmp_path_factory, later):
    with _workspace(tmp_path_factory.mktemp("law")) as home:
        base = home.create_scenario("base", horizon=8, **DANA)
        branch = base.branch("branch", **DANA)
        branch.change("consensus_demand", set=700, scope={"item": "I2"}, **DANA)
        _append(base, later)
        assert abs(branch.plan().value("consensus_demand", scope={"item": "I2"}) - 700) < 1e-6


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(own=moves.filter(bool))
def test_a_set_laid_on_the_base_gives_the_numbers_of_its_source(tmp_path_factory, own):
    with _workspace(tmp_path_factory.mktemp("law")) as home:
        base = home.create_scenario("base", horizon=8, **DANA)
        source, other = base.branch("source", **DANA), base.branch("other", **DANA)
        if not _append(source, own):
            return
        lay_set(home, other, record_set(home, source, "set", **DANA), **DANA)
        assert [other.plan().value(name) for name in MEASURES] == [source.plan().value(name) for name in MEASURES]


def _workspace(folder: Path) -> Workspace:
    made = Workspace.create(folder / "small", company="Small Company")
    made.add_extract(company(items=4, customers=2), at=AT, actor="dana")
    return made


def _append(scenario, changes) -> bool:
    try:
        return bool(changes and scenario.append(*changes))
    except (ChangeInvalid, SpreadImpossible):
        return False
