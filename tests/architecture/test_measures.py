"""The measures: declared once, said in full, and each of them written by the plan or read from the extract."""

import importlib

import pytest

from steelyard.grid.measure import GRAINS, Measure
from steelyard.plan.forecasting.override import OVERRIDES
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters
from steelyard.plan.wiring import MEASURES, STANDARD
from tests.architecture.sources import PACKAGE
from tests.company import company

DECLARED = [path.parent.name for path in sorted(PACKAGE.glob("*/measures.py"))]
EVERY = pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)


def test_every_declaration_reaches_the_plan() -> None:
    assert sorted({measure.area for measure in MEASURES.values()}) == DECLARED


def test_a_measure_is_declared_once() -> None:
    rooms = (importlib.import_module(f"steelyard.{area}.measures") for area in DECLARED)
    names = [measure.name for room in rooms for measure in room.MEASURES]
    assert sorted(names) == sorted(MEASURES)


@EVERY
def test_a_measure_says_what_it_is(measure: Measure) -> None:
    assert measure.grain in GRAINS
    assert all((measure.label, measure.unit, measure.meaning.endswith(".")))
    assert all(name in MEASURES for name in (measure.numerator, measure.denominator, measure.spread_basis) if name)


@pytest.fixture(scope="module")
def inputs() -> set[str]:
    return set(freeze_inputs(company(items=3), PlanParameters()).values)


@EVERY
def test_a_measure_is_wired(measure: Measure, inputs: set[str]) -> None:
    assert measure.is_ratio or (measure.name in STANDARD.writer) != (measure.name in inputs)


def test_a_calculation_reads_what_exists(inputs: set[str]) -> None:
    read = {name for step in STANDARD.steps for name in step.inputs}
    handed_over_by_the_run = {OVERRIDES}
    assert sorted(read - inputs - STANDARD.writer.keys() - handed_over_by_the_run) == []
