"""Stream measures: what each party believes, how much it weighs, and what customers are promised."""

from steelyard.grid.measure import Measure


def _stream(name: str, label: str, meaning: str, area: str = "demand") -> Measure:
    return Measure(
        name, label, meaning, grain="demand", unit="units", editable=True, optional=True,
        spread_basis="unconstrained_demand", area=area,
    )  # fmt: skip


def _weight(name: str, label: str, whose: str) -> Measure:
    return Measure(
        name, label, f"How much {whose} counts in the consensus, 0 to 1; 0 is not heard.", grain="demand",
        unit="weight", over_series="mean", over_time="mean", editable=True, most=1.0, area="demand",
    )  # fmt: skip


STREAM_MEASURES: tuple[Measure, ...] = (
    _stream("sales_forecast", "Sales forecast", "What sales believes customers will ask for; empty is no opinion."),
    _stream("marketing_forecast", "Marketing forecast", "What marketing believes; empty is no opinion."),
    _stream("customer_forecast", "Customer forecast", "What customers say they will take, without being bound to it."),
    _stream("finance_forecast", "Finance forecast", "What finance counts on in units; empty is no opinion.", "finance"),
    _stream("customer_commitment", "Customer commitment", "What customers are bound to take, a floor of demand."),
    Measure(
        "commitment_penalty", "Commitment penalty", "What a committed unit costs that is not delivered.",
        grain="demand", unit="money/unit", over_series="mean", over_time="mean", editable=True, area="demand",
    ),
    Measure(
        "commitment_shortfall", "Commitment shortfall", "Committed units that supply does not deliver.",
        grain="demand", unit="units", area="demand",
    ),
    Measure(
        "commitment_penalty_cost", "Commitment penalty cost", "What missed commitments cost.",
        grain="demand", unit="money", area="demand",
    ),
    _weight("statistical_weight", "Weight of statistics", "unconstrained demand"),
    _weight("sales_weight", "Weight of sales", "the sales forecast"),
    _weight("marketing_weight", "Weight of marketing", "the marketing forecast"),
    _weight("customer_weight", "Weight of customers", "the customer forecast"),
    _weight("finance_weight", "Weight of finance", "the finance forecast"),
)  # fmt: skip
