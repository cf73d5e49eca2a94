"""Inputs: what a plan is calculated from."""

from steelyard.plan.inputs.bundle import PlanInputs
from steelyard.plan.inputs.freeze import freeze_inputs
from steelyard.plan.inputs.parameters import PlanParameters

__all__ = ["PlanInputs", "PlanParameters", "freeze_inputs"]
