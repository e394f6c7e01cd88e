"""How a quarter will end, given the data up to a day: a distribution, what it rests on, and when to say nothing."""

from okrlib.analysis.forecast.distribution import LEVELS
from okrlib.analysis.forecast.model import CATEGORY_SPREAD, STORE_SPREAD
from okrlib.analysis.forecast.outcome import SHARED_SHOCKS, Forecast, Method
from okrlib.analysis.forecast.quarter import SILENT, SPARSE, quarter_total
from okrlib.analysis.forecast.ratio import quarter_ratio

__all__ = [
    "CATEGORY_SPREAD",
    "LEVELS",
    "SHARED_SHOCKS",
    "SILENT",
    "SPARSE",
    "STORE_SPREAD",
    "Forecast",
    "Method",
    "quarter_ratio",
    "quarter_total",
]
