"""Demand classes and ABC analysis as printed in papers and textbooks."""

import numpy as np

from steelyard.demand.segmentation import ABC, DEMAND_CLASSES, classify_abc, classify_demand, demand_pattern, label


def test_demand_classes_of_syntetos_boylan_croston() -> None:
    """Syntetos, Boylan and Croston 2005: cut-offs 1.32 periods between demands and 0.49 squared variation of sizes."""
    smooth = [10.0, 11, 9, 10, 12, 8, 10, 10, 11, 9]
    erratic = [1.0, 40, 2, 1, 50, 1, 2, 45, 1, 2]
    intermittent = [10.0, 0, 0, 11, 0, 9, 0, 0, 10, 10]
    lumpy = [1.0, 0, 0, 60, 0, 2, 0, 0, 50, 1]
    history = np.array([smooth, erratic, intermittent, lumpy]).T
    assert label(classify_demand(history), DEMAND_CLASSES) == ("smooth", "erratic", "intermittent", "lumpy")


def test_interval_and_variation_by_hand() -> None:
    """Demands 2, 4, 6 in 6 periods: interval 6 / 3 = 2, variation (8/3) / 16."""
    adi, cv2, count = demand_pattern(np.array([2.0, 0, 4, 0, 6, 0])[:, None])
    assert (adi[0], count[0]) == (2.0, 3)
    assert np.isclose(cv2[0], (8 / 3) / 16)


def test_abc_of_ten_items_by_annual_value() -> None:
    """Heizer and Render, Operations Management: two items make 72 % of value, three 23 %, five the last 5 %."""
    value = np.array([90_000.0, 77_000, 26_350, 15_001, 12_500, 8_502, 1_200, 850, 504, 150])
    assert label(classify_abc(value, (0.70, 0.95)), ABC) == ("A", "A", "B", "B", "B", "C", "C", "C", "C", "C")
