"""Small supply models as linear programs to read: each constraint of the trade as it is written."""

import os
from pathlib import Path

import pytest

from steelyard.supply.linear_program import write_out
from steelyard.supply.model import Conventions
from steelyard.supply.model_builder import ModelBuilder
from steelyard.supply.supply_program import write_program
from tests.supply.red_tomato import red_tomato

FOLDER = Path(__file__).parent / "supply_program"


def two_levels() -> ModelBuilder:
    write = ModelBuilder(2)
    write.node("table", opening=1, target=2, holding_cost=1, shortfall_cost=3)
    write.node("leg", holding_cost=0.1, shelf_life=1)
    write.resource("bench", regular=8, overtime=2, overtime_cost=5)
    write.make("table", lead_time=1, unit_cost=4, components={"leg": 4}, hours={"bench": 2}, hour_offset={"bench": 1})
    write.buy("leg", unit_cost=0.5)
    write.demand("table", [3, 4], price=20, backlog_cost=4, lost_cost=6)
    return write


def smoothed() -> ModelBuilder:
    write = ModelBuilder(2, days=[20, 10], conventions=Conventions(rate="day", stock_basis="average"))
    write.node("table", holding_cost=1)
    write.make("table", increase_cost=2, decrease_cost=3, previous_rate=1, reference=[5, 5], deviation_cost=0.5)
    write.buy("table", unit_cost=9, share=0.25, share_cost=0.1)
    write.demand("table", 6, name="shops", lost_cost=6, commitment=2, commitment_cost=1)
    write.demand("table", 2, name="web", backlog_cost=1)
    return write


PROGRAMS = {"two_levels": two_levels, "smoothed": smoothed}


@pytest.mark.parametrize("name", [*PROGRAMS, "red_tomato"])
def test_the_program_is_written_as_it_was(name: str) -> None:
    model = red_tomato() if name == "red_tomato" else PROGRAMS[name]().build()
    text = "\n".join(write_out(write_program(model).program)) + "\n"
    path = FOLDER / f"{name}.txt"
    if os.environ.get("STEELYARD_RENEW_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()
