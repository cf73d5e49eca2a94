"""Segments: value and forecastability of every item as the plan uses them, and what its segment asks for."""

import numpy as np

from steelyard.demand.promotion import take_out_promotions
from steelyard.demand.segment_policy import SegmentPolicy
from steelyard.demand.segmentation import Codes, classify_xyz, forecastability
from steelyard.grid.block import Array, BoolArray, IntArray
from steelyard.grid.rollup import scatter_add

CLASSES = "ABC"


def item_variation(history: Array, promoted: BoolArray, item: IntArray, items: int, season: int) -> Array:
    """Variation of each item's demand that neither season, trend nor promotion explains, by mean demand.

    Args:
        history: Demand, period x series [units]; zero outside the life of a series.
        promoted: Whether a promotion ran, period x series.
        item: Item of each series.
        items: How many items there are.
        season: Periods in a season.
    """
    plain = take_out_promotions(history, promoted).baseline if promoted.any() else history
    return forecastability(scatter_add(plain, item, items), season)


def item_xyz(variation: Array, cuts: tuple[float, float]) -> Codes:
    """Class of each item by its variation, 0 for X."""
    return classify_xyz(variation, cuts)


def service_classes(policy: SegmentPolicy, abc: IntArray, xyz: IntArray) -> IntArray:
    """Service class that the segment of each row asks for, 0 for A.

    Example:
        >>> service_classes(SegmentPolicy(service="AABBBCCCC"), np.array([0, 0, 1]), np.array([0, 2, 2]))
        array([0, 1, 2])
    """
    asked = np.array([CLASSES.index(letter) for letter in policy.service])
    classes: IntArray = asked[3 * abc + xyz]
    return classes


def level_only(policy: SegmentPolicy, abc: IntArray, xyz: IntArray) -> BoolArray:
    """Which rows are forecast by their smoothed level in season, without trend."""
    flat = np.array([letter == "L" for letter in policy.method])
    return np.asarray(flat[3 * abc + xyz])
