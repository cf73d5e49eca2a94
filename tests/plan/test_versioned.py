"""Versioned records: two people who write at once both keep their entry, or one of them is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest

from steelyard.errors import StaleRevision
from steelyard.plan.record_tables import metadata, open_engine
from steelyard.plan.uncertainty.effect import Effect
from steelyard.plan.uncertainty.register import Assumption
from steelyard.plan.uncertainty.register_records import Registers

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
GROWTH = Assumption("Road grows", "sam", Effect("consensus_demand", {}, None, -10, 5, 12), actor="dana", at=AT)
PEOPLE = 6


@pytest.fixture(params=["sqlite", "postgresql"])
def registers(request, tmp_path):
    url = tmp_path / "records.sqlite" if request.param == "sqlite" else request.getfixturevalue("database_url")
    engine = open_engine(url)
    metadata.create_all(engine)
    yield Registers(engine)
    engine.dispose()


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each of several people who act at the same moment gets: a result or the refusal."""
    together = Barrier(PEOPLE)

    def one(number: int) -> object:
        together.wait()
        try:
            return act(number)
        except StaleRevision as refused:
            return refused

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_entries_added_at_once_get_numbers_of_their_own(registers):
    added = at_once(lambda number: registers.assumptions.add(replace(GROWTH, note=str(number))))
    assert sorted(entry.id for entry in added) == list(range(1, PEOPLE + 1))
    assert {entry.note for entry in registers.assumptions.entries()} == {str(number) for number in range(PEOPLE)}


def test_of_revisions_made_at_once_from_one_version_one_stands(registers):
    kept = registers.assumptions.add(GROWTH)
    answers = at_once(lambda number: registers.assumptions.revise(replace(kept, note=str(number)), expected_version=1))
    stood = [answer for answer in answers if isinstance(answer, Assumption)]
    assert len(stood) == 1
    assert len([a for a in answers if isinstance(a, StaleRevision)]) == PEOPLE - 1
    assert registers.assumptions.history(1) == (kept, stood[0])
    assert registers.assumptions.version(1) == 2
