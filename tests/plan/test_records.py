"""Records on both databases: nothing is lost, nothing is overwritten, undo survives."""

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from steelyard.errors import NameTaken, NotFound, PlanError, ScenarioClosed, StaleRevision
from steelyard.plan.change import Change
from steelyard.plan.operation import Percent
from steelyard.plan.record_tables import ExtractRecord, PublishedRecord
from steelyard.plan.records import Records

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXTRACT = ExtractRecord("e" * 64, "Bikes", "ERP", date(2026, 1, 1), "dana", AT)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request, tmp_path: Path):
    if request.param == "sqlite":
        return tmp_path / "records.db"
    return request.getfixturevalue("database_url")


@pytest.fixture
def records(url):
    opened = Records.open(url)
    _empty(opened)
    opened.add_extract(EXTRACT)
    yield opened
    opened.close()


def _empty(records: Records) -> None:
    from steelyard.plan.record_tables import metadata

    with records._engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "steelyard_about":
                connection.execute(table.delete())


def lift(percent: float, author: str = "dana") -> Change:
    return Change(Percent(percent), measure="consensus_demand", author=author, at=AT, reason="promotion")


def base(records: Records, name: str = "base") -> int:
    return records.add_scenario(name, extract=EXTRACT.digest, actor="dana", at=AT, parameters={"horizon": 12}).id


def percents(records: Records, scenario: int) -> list[float]:
    return [change.operation.percent for change in records.journal(scenario).changes]


def test_a_scenario_comes_back_as_it_was_made(records):
    base(records)
    record = records.scenario("base")
    assert (record.name, record.extract, record.revision, record.at) == ("base", EXTRACT.digest, 0, AT)
    assert record.parameters == {"horizon": 12}
    assert records.extracts() == (EXTRACT,)


def test_a_name_is_taken_once(records):
    base(records)
    with pytest.raises(NameTaken, match="base"):
        base(records)


def test_a_scenario_needs_an_extract_that_is_there(records):
    with pytest.raises(NotFound, match="extract"):
        records.add_scenario("other", extract="f" * 64, actor="dana", at=AT)


def test_an_unknown_scenario_is_answered_with_near_names(records):
    base(records, "spring promotion")
    with pytest.raises(NotFound, match="spring promotion"):
        records.scenario("spring promo")


def test_changes_get_ids_and_keep_their_order(records):
    scenario = base(records)
    records.append(scenario, [lift(1), lift(2)], actor="dana", at=AT)
    records.append(scenario, [lift(3)], actor="omar", at=AT)
    changes = records.journal(scenario).changes
    assert [change.operation.percent for change in changes] == [1, 2, 3]
    assert len({change.id for change in changes}) == 3
    assert records.scenario("base").revision == 2


def test_a_stale_revision_carries_the_other_change_and_keeps_nothing(records):
    scenario = base(records)
    records.append(scenario, [lift(1, "omar")], actor="omar", at=AT, expected_revision=0)
    with pytest.raises(StaleRevision) as caught:
        records.append(scenario, [lift(2)], actor="dana", at=AT, expected_revision=0)
    assert caught.value.change.author == "omar"
    assert (caught.value.expected, caught.value.actual) == (0, 1)
    assert percents(records, scenario) == [1]


def test_undo_and_redo_belong_to_the_actor_and_survive_reopening(records, url):
    scenario = base(records)
    records.append(scenario, [lift(1)], actor="dana", at=AT)
    records.append(scenario, [lift(2)], actor="omar", at=AT)
    records.undo(scenario, actor="dana", at=AT)
    again = Records.open(url)
    assert percents(again, scenario) == [2]
    again.redo(scenario, actor="dana", at=AT)
    assert percents(again, scenario) == [1, 2]
    again.close()


def test_a_new_change_forgets_what_was_undone(records):
    scenario = base(records)
    records.append(scenario, [lift(1)], actor="dana", at=AT)
    records.undo(scenario, actor="dana", at=AT)
    records.append(scenario, [lift(5)], actor="dana", at=AT)
    with pytest.raises(NotFound, match="nothing to redo"):
        records.redo(scenario, actor="dana", at=AT)


def test_nothing_to_undo_leaves_the_revision(records):
    scenario = base(records)
    with pytest.raises(NotFound, match="nothing to undo"):
        records.undo(scenario, actor="dana", at=AT)
    assert records.scenario("base").revision == 0


def test_several_undos_and_redos_walk_the_stack(records):
    scenario = base(records)
    for percent in (1, 2, 3):
        records.append(scenario, [lift(percent)], actor="dana", at=AT)
    for _ in range(3):
        records.undo(scenario, actor="dana", at=AT)
    assert percents(records, scenario) == []
    records.redo(scenario, actor="dana", at=AT)
    records.redo(scenario, actor="dana", at=AT)
    assert percents(records, scenario) == [1, 2]


def test_a_change_is_switched_off_on_and_back_by_undo(records):
    scenario = base(records)
    event = records.append(scenario, [lift(1)], actor="dana", at=AT)
    change = event.changes[0].id
    records.switch(scenario, change, on=False, actor="dana", at=AT)
    assert not records.journal(scenario).changes[0].enabled
    records.undo(scenario, actor="dana", at=AT)
    assert records.journal(scenario).changes[0].enabled
    with pytest.raises(NotFound, match="change"):
        records.switch(scenario, "9.9.9", on=True, actor="dana", at=AT)


@pytest.mark.parametrize("shut", ["set_archived", "set_closed"])
def test_an_archived_or_locked_scenario_takes_no_changes(records, shut):
    scenario = base(records)
    getattr(records, shut)(scenario, True, actor="dana", at=AT)
    with pytest.raises(ScenarioClosed):
        records.append(scenario, [lift(1)], actor="dana", at=AT)
    getattr(records, shut)(scenario, False, actor="dana", at=AT)
    records.append(scenario, [lift(1)], actor="dana", at=AT)


def test_a_scenario_is_renamed_unless_the_name_is_taken(records):
    scenario = base(records)
    base(records, "other")
    records.rename(scenario, "plan of record", actor="dana", at=AT)
    assert records.scenario("plan of record").id == scenario
    with pytest.raises(NameTaken):
        records.rename(scenario, "other", actor="dana", at=AT)


def test_a_published_plan_is_kept_once(records):
    plan = PublishedRecord("a" * 64, "base", 3, EXTRACT.digest, "dana", AT, "January")
    records.add_published(plan)
    records.add_published(plan)
    assert records.published() == (plan,)


def test_two_connections_lose_no_change(records, url):
    scenario = base(records)
    faults: list[Exception] = []

    def write(author: str) -> None:
        own = Records.open(url)
        try:
            for percent in range(20):
                own.append(scenario, [lift(percent, author)], actor=author, at=AT)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            own.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in ("dana", "omar")]
    [writer.start() for writer in writers]
    [writer.join() for writer in writers]
    assert not faults
    assert records.scenario("base").revision == 40
    assert [event.revision for event in records.journal(scenario).events] == list(range(1, 41))


def test_of_two_who_saw_the_same_revision_one_wins(records, url):
    scenario = base(records)
    outcome: list[str] = []
    barrier = threading.Barrier(2)

    def write(author: str) -> None:
        own = Records.open(url)
        barrier.wait()
        try:
            own.append(scenario, [lift(1, author)], actor=author, at=AT, expected_revision=0)
            outcome.append("kept")
        except StaleRevision as stale:
            outcome.append(f"stale by {stale.change.author}")
        finally:
            own.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in ("dana", "omar")]
    [writer.start() for writer in writers]
    [writer.join() for writer in writers]
    winner = records.journal(scenario).changes[0].author
    assert sorted(outcome) == ["kept", f"stale by {winner}"]


def test_records_that_cannot_be_opened_say_why_and_keep_the_password(tmp_path: Path):
    (tmp_path / "text.db").write_text("this is not a database, whatever its name may say " * 20)
    for url in (
        tmp_path / "text.db",
        tmp_path / "missing" / "records.db",
        "postgresql://me:secret@127.0.0.1:1/none",
        "nonsense",
    ):
        with pytest.raises(PlanError, match="cannot be opened") as caught:
            Records.open(url)
        assert "secret" not in str(caught.value)


def test_records_of_a_newer_version_are_refused(records, url):
    from steelyard.plan.record_tables import about_table

    with records._engine.begin() as connection:
        connection.execute(about_table.insert().values(schema_version=99))
    try:
        with pytest.raises(PlanError, match="newer"):
            Records.open(url)
    finally:
        with records._engine.begin() as connection:
            connection.execute(about_table.delete().where(about_table.c.schema_version == 99))
