"""The compiled engines give the same plans as the same code run by Python and numpy alone."""

import json
import os
import subprocess
import sys

import numpy as np

from steelyard.supply.decomposition import PriceSession
from steelyard.supply.priority import plan_by_priority
from tests.supply.small_bills import random_model

SEEDS = (1, 2, 3)


def numbers() -> list[float]:
    """Bounds and money of a few passes, and money of the plan by priority, of some small companies."""
    found = []
    for seed in SEEDS:
        model = random_model(seed)
        session = PriceSession(model)
        session.improve(gap=0.0, passes=4)
        found += [session.lower_bound, session.money, plan_by_priority(model).objective]
    return found


def test_compiled_equals_interpreted() -> None:
    ask = "import json; from tests.supply.test_compiled_engines import numbers; print(json.dumps(numbers()))"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask], env=environment, capture_output=True, text=True, check=True
    )
    assert np.allclose(json.loads(answer.stdout), numbers(), rtol=1e-9, atol=1e-6)
