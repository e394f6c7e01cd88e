"""Put the quarter forecast on trial in worlds whose truth is known: ``python -m benchmarks.worlds``.

The method was not tuned on these: eleven kinds of store (steady, with promotions that never return, with level shifts,
in a chain that shares its shocks, wandering, growing, declining, selling a few pieces a day, closed on Sundays, living
from China's shopping festivals, weekly), each 40 series of four years. The last four quarters are forecast at week 0, 4
and 8, beside three guesses without a model: the pace so far, last year's quarter, and last year's days for what is left.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.forecast import GROWTH_TARGET, WEEKS, score
from okrlib.analysis.events import events_for
from okrlib.analysis.forecast import quarter_total
from okrlib.analysis.forecast.grid import Floats, Freq
from okrlib.periods import Quarter

DAYS = pd.date_range("2021-01-01", "2024-12-31")
SERIES = 40
SEED = 1
COVERAGE = (0.66, 0.95)  # 160 forecasts of four quarters; within a world they share their luck
FESTIVAL_LIFTS = {"double_11": 0.9, "618": 0.6, "spring_festival": -0.5}

Rng = np.random.Generator


def plain(rng: Rng, *, growth: float = 0.0, apart: float = 0.1, noise: float = 0.15, shared: bool = False) -> Floats:
    """Return log sales (days, series): trend, year, week and noise with a memory; `shared` gives all one season."""
    years = np.arange(len(DAYS))[:, None] / 365.25
    phase = rng.normal(0.2, 0.05, SERIES) if shared else rng.uniform(0, 1, SERIES)
    depth, second = 0.2 * rng.uniform(0.3, 1.5, SERIES), 0.2 * rng.uniform(0, 0.6, SERIES)
    error = rng.normal(0, noise, (len(DAYS), SERIES))
    for day in range(1, len(error)):
        error[day] += 0.3 * error[day - 1]
    season = depth * np.sin(2 * np.pi * (years + phase)) + second * np.cos(4 * np.pi * (years + phase))
    week = rng.normal(0, 0.25, (7, SERIES))[DAYS.day_of_week]
    return np.asarray(6 + rng.normal(growth, apart, SERIES) * years + season + week + error)


def wandering(rng: Rng, sd: float, series: int = SERIES) -> Floats:
    """Return a random walk of the log level, stepping weekly."""
    steps = rng.normal(0, sd, (len(DAYS) // 7 + 1, series)).cumsum(axis=0)
    return np.asarray(np.repeat(steps, 7, axis=0)[: len(DAYS)])


def promoted(rng: Rng) -> Floats:
    """Six promotions a year of 3 to 7 days, each year on other days."""
    log = plain(rng)
    for series in range(SERIES):
        for begin in rng.integers(0, len(DAYS), 24):
            log[begin : begin + rng.integers(3, 8), series] += rng.uniform(0.4, 1.1)
    return log


def shifted(rng: Rng) -> Floats:
    """A shift of the level a year."""
    log = plain(rng)
    for series in range(SERIES):
        for begin in rng.integers(0, len(DAYS), 4):
            log[begin:, series] += rng.normal(0, 0.2)
    return log


def festive(rng: Rng) -> Floats:
    """China's shopping events, each with its own strength in each shop."""
    log = plain(rng) + wandering(rng, 0.01)
    for event in events_for("CN"):
        lift = rng.normal(FESTIVAL_LIFTS.get(event.id, 0.2), 0.1, SERIES)
        for _, anchor in event.occurrences(DAYS[0].date(), DAYS[-1].date()):
            rows = (anchor - DAYS[0].date()).days + np.arange(-event.before, event.after + 1)
            near = np.exp(-np.abs(np.arange(-event.before, event.after + 1)) / 5)
            inside = (rows >= 0) & (rows < len(DAYS))
            log[rows[inside]] += near[inside, None] * lift
    return log


@dataclass(frozen=True)
class World:
    """How its log sales come about, what is done to the sales, and where it lies."""

    log: Callable[[Rng], Floats]
    country: str | None = None
    weekly: bool = False
    closed_on_sundays: bool = False
    pieces: float | None = None  # sold on a day on average, where these are few

    def frame(self) -> pd.DataFrame:
        """Draw the world's series."""
        rng = np.random.default_rng(SEED)
        sales = np.exp(self.log(rng))
        if self.pieces:
            level = self.pieces * np.exp(rng.normal(0, 1, SERIES)) / np.exp(6)
            sales = rng.poisson(sales * level * rng.gamma(2, 0.5, sales.shape)).astype(float)
        if self.closed_on_sundays:
            sales[DAYS.day_of_week == 6] = 0
        found = pd.DataFrame(sales, index=DAYS)
        return found.resample("W-WED").sum().iloc[1:-1] if self.weekly else found


def chained(rng: Rng) -> Floats:
    """One walk for all stores of the chain, and a smaller one of each."""
    return plain(rng, shared=True) + wandering(rng, 0.02, 1) + wandering(rng, 0.01)


WORLDS = {
    "steady": World(plain),
    "promotions": World(promoted),
    "level shifts": World(shifted),
    "chain": World(chained),
    "wandering": World(lambda rng: plain(rng) + wandering(rng, 0.03)),
    "growing": World(lambda rng: plain(rng, growth=0.4, apart=0.2)),
    "declining": World(lambda rng: plain(rng, growth=-0.3)),
    "few pieces": World(lambda rng: plain(rng, noise=0.05), pieces=3),
    "closed Sundays": World(plain, "DE", closed_on_sundays=True),
    "festivals": World(festive, "CN"),
    "weekly": World(chained, "US", weekly=True),
}


class Trial(NamedTuple):
    """One forecast beside the guesses; errors in per cent of what came."""

    week: int
    crps: float
    covered: bool
    brier: float
    pace: float
    last_year: float
    naive: float


def trials(world: World) -> Iterator[Trial]:
    """Replay the last four quarters."""
    frame = world.frame()
    freq: Freq = "W" if world.weekly else "D"
    for quarter in (Quarter(2024, number) for number in (1, 2, 3, 4)):
        start, end = quarter.start, quarter.end
        actual, last_year = sums(frame, start, end), sums(frame, *year_ago(start, end))
        for week in WEEKS:
            as_of = start + timedelta(7 * week - 1)
            begin = start if week else start - timedelta(91)
            pace = sums(frame, begin, as_of) / ((as_of - begin).days + 1) * ((end - start).days + 1)
            naive = sums(frame, start, as_of) + sums(frame, *year_ago(as_of + timedelta(1), end))
            found = quarter_total(frame, start, end, as_of, freq=freq, country=world.country)
            for name, forecast in found.items():
                if forecast.reason is None and actual[name] > 0:
                    told = score(forecast, actual[name], GROWTH_TARGET * last_year[name], week)
                    guesses = (100 * abs(guess[name] / actual[name] - 1) for guess in (pace, last_year, naive))
                    yield Trial(*told, *guesses)


def sums(frame: pd.DataFrame, start: date, end: date) -> pd.Series[float]:
    """Return every series' total from `start` to `end`."""
    return frame.loc[str(start) : str(end)].sum()


def year_ago(start: date, end: date) -> tuple[date, date]:
    """Return the same weekdays a year before."""
    return start - timedelta(364), end - timedelta(364)


def table(world: World) -> pd.DataFrame:
    """Return the means by week."""
    return pd.DataFrame(trials(world)).groupby("week").mean()


def short(measured: pd.DataFrame) -> bool:
    """Tell whether a world's coverage lies outside the band, or a guess without a model beats the forecast."""
    low, high = COVERAGE
    guess = measured[["pace", "last_year", "naive"]].min(axis=1)
    return not (measured["covered"].between(low, high).all() and (measured["crps"] < guess).all())


def main() -> int:
    """Print CRPS, coverage and Brier score beside the guesses' errors; the exit code is the number that fall short."""
    print(f"{'':14} week  CRPS %  80 % held  Brier  pace %  last year %  last year's rest %")
    fallen = 0
    for name, world in WORLDS.items():
        measured = table(world)
        fallen += short(measured)
        for week, row in measured.iterrows():
            cells = f"{row.crps:6.2f} {row.covered:10.2f} {row.brier:6.3f} {row.pace:7.1f} {row.last_year:12.1f}"
            print(f"{name:14} {week!s:>4}  {cells} {row.naive:19.1f}")
        print("FALLS SHORT" if short(measured) else "pass")
    return fallen


if __name__ == "__main__":
    sys.exit(main())
