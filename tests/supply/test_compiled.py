"""The compiled finite plan gives the same bits as the same code run by Python and numpy alone."""

import hashlib
import os
import subprocess
import sys

from steelyard.supply.finite import plan_finite
from tests.supply.companies import supply_company

SEEDS = range(12)


def digest() -> str:
    """Digest of the finite plans of some random companies."""
    found = hashlib.sha256()
    for seed in SEEDS:
        company = supply_company(seed)
        plan = plan_finite(company.network, company.bill, company.finite_inputs())
        for array in (plan.constrained_receipts, plan.component_issues, plan.shortage_quantity, plan.gate_kind):
            found.update(array.tobytes())
        found.update(plan.moves.quantity.tobytes())
    return found.hexdigest()


def test_compiled_equals_interpreted() -> None:
    ask = "from tests.supply.test_compiled import digest; print(digest())"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ask], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == digest()
