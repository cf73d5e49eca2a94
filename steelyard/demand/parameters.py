"""Parameters of the demand area: the knobs of the statistical forecast, with what they mean."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from steelyard.errors import ModelError

AUTO_METHODS = (
    "theta",
    "holt_winters",
    "damped_trend",
    "damped_growth",
    "complex_smoothing",
    "complex_season",
)
"""The six members that auto mode weighs."""

ForecastLevel = Literal["demand", "item_location"]
"""Where series are forecast before they are split to customers: the finer, the noisier."""


@dataclass(frozen=True)
class ForecastParameters:
    """How the statistical forecast is made."""

    methods: tuple[str, ...] = ("theta", "holt_winters")
    """Methods whose mean forecasts a regular series; names of the forecast method register."""
    young_methods: tuple[str, ...] = ("theta", "holt_winters")
    """Methods whose mean forecasts a series of less than two seasons, as far as it has proven a trend; for the rest the
    intermittent method, which is flat."""
    intermittent_method: str = "intermittent"
    """Method of series with many periods without demand."""
    short_method: str = "short"
    """Method of series too short to fit."""
    adi_limit: float = 1.32
    """Average interval between demands from which a series counts as intermittent [periods, >= 1]."""
    cv2_limit: float = inf
    """Squared variation of demand sizes from which a young series is forecast as intermittent [ratio, >= 0]."""
    share_periods: int = 12
    """Recent periods whose demand splits a forecast to customers [periods, >= 1]."""
    assumed_error: float = 0.5
    """Forecast error of a series too short to measure it, as a share of its forecast [ratio, >= 0]."""
    prior_periods: float = 3.0
    """How many periods of its own a short series needs until it counts as much as its prior level [periods, >= 0]."""

    def __post_init__(self) -> None:
        if not (self.methods and self.young_methods):
            raise ModelError("The statistical forecast has no method", mend="name at least one, such as 'theta'")
        if self.adi_limit < 1 or self.share_periods < 1 or self.assumed_error < 0 or self.prior_periods < 0:
            raise ModelError(
                "A parameter of the statistical forecast is out of range",
                where=f"{self}",
                mend="keep adi_limit and share_periods at 1 or more, assumed_error and prior_periods at 0 or more",
            )


AUTO_PARAMETERS = ForecastParameters(methods=AUTO_METHODS, cv2_limit=0.49)
"""How auto mode forecasts: six members, and the cut-off of Syntetos and Boylan (2005) between smooth and erratic."""
