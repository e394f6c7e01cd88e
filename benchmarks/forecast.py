"""Score quarter forecasts on public retail data against the bars they must reach: ``python -m benchmarks.forecast``.

The data are weekly sales of 45 Walmart stores and of 300 of their departments, and daily orders of 5 Rohlik warehouses.
They are looked for in ``$OKRLIB_SHARED/data/forecast``, or in ``../shared`` beside the project.
Quarters: the last four; blocks of 13 weeks back from the data's end for the weekly sets (which end in mid-quarter), the
calendar quarters of the last full year for the daily one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from okrlib.analysis.forecast import LEVELS, Forecast, quarter_ratio, quarter_total
from okrlib.analysis.forecast.grid import Freq
from okrlib.periods import Quarter

WEEKS = (0, 4, 8)
GROWTH_TARGET = 1.05


@dataclass(frozen=True)
class Bars:
    """The worst a data set may score at week 0, 4 and 8, and the band of its 80 % coverage."""

    crps: tuple[float, float, float]
    coverage: tuple[float, float]
    brier: tuple[float, float, float]


@dataclass(frozen=True)
class DataSet:
    """One file, how to read it, and its bars."""

    title: str
    file: str
    freq: Freq
    country: str | Mapping[str, str]
    bars: Bars

    def read(self) -> pd.DataFrame:
        """Return the series, one column each."""
        return pd.read_csv(shared_folder() / self.file, index_col=0, parse_dates=True)


WAREHOUSES = {"Brno_1": "CZ", "Prague_1": "CZ", "Prague_2": "CZ", "Prague_3": "CZ", "Budapest_1": "HU"}
SETS = (
    DataSet("Walmart, 45 stores, weekly", "walmart45_weekly_sales.csv.gz", "W", "US",
            Bars((1.65, 1.25, 0.60), (0.75, 0.96), (0.12, 0.112, 0.045))),
    DataSet("Walmart, 300 store-departments, weekly", "walmart300_dept_weekly_sales.csv.gz", "W", "US",
            Bars((7.2, 4.8, 2.6), (0.74, 0.86), (0.19, 0.128, 0.073))),
    DataSet("Rohlik, 5 warehouses, daily orders", "rohlik5_daily_orders.csv.gz", "D", WAREHOUSES,
            Bars((3.2, 1.65, 0.95), (0.70, 1.0), (0.18, 0.08, 0.04))),
)  # fmt: skip


class Score(NamedTuple):
    """How one forecast did: CRPS in per cent of the actual, whether the 80 % interval held it, the Brier term."""

    week: int
    crps: float
    covered: bool
    brier: float


def shared_folder() -> Path:
    """Return the folder that holds the data sets."""
    home = os.environ.get("OKRLIB_SHARED") or Path(__file__).resolve().parents[2] / "shared"
    return Path(home) / "data" / "forecast"


def last_quarters(index: pd.DatetimeIndex, freq: Freq) -> list[tuple[date, date]]:
    """Return the (start, end) of the four quarters scored."""
    end = index[-1].date()
    if freq == "W":
        return [(end - timedelta(91 * k - 1), end - timedelta(91 * (k - 1))) for k in (4, 3, 2, 1)]
    return [(q.start, q.end) for q in (Quarter(end.year - 1, number) for number in (1, 2, 3, 4))]


def score(forecast: Forecast, actual: float, target: float, week: int) -> Score:
    """Score one forecast; CRPS is twice the mean pinball loss of the 199 quantiles."""
    miss = actual - forecast.quantiles.to_numpy()
    crps = 200 * np.mean(np.where(miss >= 0, LEVELS * miss, (LEVELS - 1) * miss)) / actual
    low, high, chance = forecast.quantile(0.1), forecast.quantile(0.9), forecast.probability(target)
    assert low is not None and high is not None and chance is not None, forecast.reason  # noqa: S101, PT018
    return Score(week, float(crps), low <= actual <= high, (chance - (actual >= target)) ** 2)


def scores(data: DataSet) -> Iterator[Score]:
    """Replay the last four quarters at week 0, 4 and 8."""
    frame = data.read()
    for start, end in last_quarters(pd.DatetimeIndex(frame.index), data.freq):
        actual = frame.loc[str(start) : str(end)].sum()
        year = timedelta(364)
        target = GROWTH_TARGET * frame.loc[str(start - year) : str(end - year)].sum()
        for week in WEEKS:
            as_of = start + timedelta(7 * week - 1)
            found = quarter_total(frame, start, end, as_of, freq=data.freq, country=data.country)
            for name, forecast in found.items():
                yield score(forecast, actual[name], target[name], week)


def table(data: DataSet) -> pd.DataFrame:
    """Return mean CRPS, coverage and Brier score by week."""
    return pd.DataFrame(scores(data)).groupby("week").mean()


def verdicts(data: DataSet, measured: pd.DataFrame) -> Iterator[tuple[str, bool]]:
    """Yield each cell as text and whether it reaches its bar."""
    for column, bars in (("crps", data.bars.crps), ("brier", data.bars.brier)):
        for week, value, bar in zip(WEEKS, measured[column].tolist(), bars, strict=True):
            yield f"{column} at week {week}: {value:.3f} (at most {bar})", value <= bar
    low, high = data.bars.coverage
    for week, value in zip(WEEKS, measured["covered"].tolist(), strict=True):
        yield f"80 % coverage at week {week}: {value:.2f} ({low:.2f} to {high:.2f})", low <= value <= high


def conversion() -> pd.DataFrame:
    """Return mean CRPS (% of the actual) and coverage of real conversions, orders over visits, and last year's error.

    Six quarters of the warehouses whose visits are told; the specification has no bars for ratios.
    """
    frames = [pd.read_csv(shared_folder() / f"rohlik5_daily_{name}.csv.gz", index_col=0, parse_dates=True)
              for name in ("orders", "user_activity2")]  # fmt: skip
    names = [name for name in frames[0] if name in frames[1]]
    days = frames[0].index.intersection(frames[1].index)
    orders, visits = (frame.loc[days, names] for frame in frames)
    scored: list[dict[str, float]] = []
    for quarter in (Quarter(2022, 3), Quarter(2022, 4), *(Quarter(2023, number) for number in (1, 2, 3, 4))):
        actual, last_year = (_ratio(orders, visits, start) for start in (quarter.start, quarter.start - timedelta(364)))
        for week in WEEKS:
            as_of = quarter.start + timedelta(7 * week - 1)
            found = quarter_ratio(orders, visits, quarter.start, quarter.end, as_of, country=WAREHOUSES)
            for name, forecast in found.items():
                result = score(forecast, actual[name], actual[name], week)
                error = 100 * abs(last_year[name] / actual[name] - 1)
                scored.append({"week": week, "crps": result.crps, "covered": result.covered, "last year off by": error})
    return pd.DataFrame(scored).groupby("week").mean()


def _ratio(orders: pd.DataFrame, visits: pd.DataFrame, start: date) -> pd.Series[float]:
    """Return a quarter's ratios over the days on which both halves are known."""
    span = slice(str(start), str(start + timedelta(91)))
    both = orders.loc[span].notna() & visits.loc[span].notna()
    return orders.loc[span].where(both).sum() / visits.loc[span].where(both).sum()


def speed() -> tuple[dict[str | None, float], float]:
    """Return CPU seconds of one daily series of 3 years (the median of 50, by country), and of a frame of 1,000."""
    rng = np.random.default_rng(7)
    index = pd.date_range("2022-01-01", "2024-11-30")
    frame = pd.DataFrame(rng.gamma(4, 250, (len(index), 1000)), index=index)

    def seconds(history: pd.DataFrame, country: str | None) -> float:
        begun = time.process_time()
        quarter_total(history, date(2024, 10, 1), date(2024, 12, 31), date(2024, 11, 30), country=country)
        return time.process_time() - begun

    one = {place: float(np.median([seconds(frame[[i]], place) for i in range(50)])) for place in (None, "US", "CN")}
    return one, seconds(frame, "CN")


def main() -> int:
    """Print the table of bars; the exit code is the number of cells that fall short."""
    if not shared_folder().is_dir():
        sys.exit(f"{shared_folder()}: no such folder; set OKRLIB_SHARED to the one that holds data/forecast")
    short = 0
    for data in SETS:
        print(data.title)
        for text, reached in verdicts(data, table(data)):
            print(f"  {'pass' if reached else 'FALLS SHORT':12}{text}")
            short += not reached
    print(f"Rohlik, conversion of visits to orders (no bars)\n{conversion().round(2)}")
    one, thousand = speed()
    each = ", ".join(f"{place or 'no country'} {1000 * seconds:.1f}" for place, seconds in one.items())
    print(f"one daily series, ms of CPU: {each} (at most 5); 1,000 series {thousand:.2f} s (at most 5)")
    return short + (thousand > 5) + sum(seconds > 0.005 for seconds in one.values())


if __name__ == "__main__":
    sys.exit(main())
