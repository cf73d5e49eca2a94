"""Sight: what a reader may see of plans and extracts, and plans and extracts as that reader sees them."""

from steelyard.plan.sight.seen_change import narrowed, narrowed_scope, sees_change, sees_scope, sight_behind
from steelyard.plan.sight.seen_extract import seen_extract
from steelyard.plan.sight.seen_plan import SeenPlan, seen, with_money
from steelyard.plan.sight.sight import EVERYTHING, Part, Sight, part_of

__all__ = [
    "EVERYTHING",
    "Part",
    "SeenPlan",
    "Sight",
    "narrowed",
    "narrowed_scope",
    "part_of",
    "seen",
    "seen_extract",
    "sees_change",
    "sees_scope",
    "sight_behind",
    "with_money",
]
