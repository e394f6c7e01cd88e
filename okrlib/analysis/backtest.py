"""The forecast on trial: replayed on the store's own past quarters, as it would have spoken then, against what came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import fmean
from typing import Literal

from okrlib.analysis.brier import brier
from okrlib.analysis.data import StoreData
from okrlib.analysis.forecast import Forecast
from okrlib.analysis.targets import Policy, level
from okrlib.analysis.tracks import Track, eve, forecasts, past_quarters
from okrlib.periods import Period, Quarter
from okrlib.text import Text

WEEKS = (0, 4, 8)
GROWTH = 1.05  # on the same quarter of last year
LEAST_QUARTERS = 2
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
PACE_DAYS = 91

TOO_FEW = Text(
    "The forecast cannot be put on trial yet: that takes at least two past quarters with 15 months of data before them.",
    "目前还无法回测：至少要有两个已结束的季度，且各自之前有15个月的数据。",
)

Claim = Literal["growth", "committed", "challenging", "stretch"]


@dataclass(frozen=True, slots=True)
class Call:
    """One statement that was given a probability, and whether it came true."""

    claim: Claim
    probability: float
    came_true: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """One past quarter of one metric as forecast at the end of its `week` (0 is the eve), and what came.

    `low` to `high` is the 80 % range. `pace` is what a steady pace would have ended at: that of the quarter so far, on
    the eve that of the 13 weeks before. `last_year` is the same quarter's figure of the year before.
    """

    subject: str
    quarter: Quarter
    week: int
    low: float
    median: float
    high: float
    pace: float | None
    last_year: float
    actual: float
    calls: tuple[Call, ...]

    @property
    def covered(self) -> bool:
        """Whether the 80 % range held what came."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of like probability: how many, how often they were said to come true on average, how often they did."""

    low: float
    high: float
    count: int
    said: float
    came: float


@dataclass(frozen=True, slots=True)
class WeekScore:
    """How the forecasts of one week did: mean absolute errors as shares of what came, coverage and Brier score."""

    week: int
    count: int
    error: float | None
    pace_error: float | None
    last_year_error: float | None
    coverage: float
    brier: float | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """All replays, and what they say of the method; `reason` says why there are none."""

    replays: tuple[Replay, ...] = ()
    reason: Text | None = None

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters replayed, oldest first."""
        return tuple(sorted({replay.quarter for replay in self.replays}))

    @property
    def calls(self) -> tuple[Call, ...]:
        """All statements with a probability."""
        return tuple(call for replay in self.replays for call in replay.calls)

    @property
    def covered(self) -> int:
        """How many of the 80 % ranges held what came."""
        return sum(replay.covered for replay in self.replays)

    def brier(self, claim: Claim | None = None) -> float | None:
        """Return the Brier score of one kind of statement or of all: 0 is perfect, 0.25 what a coin toss earns."""
        return _brier(call for call in self.calls if claim in {None, call.claim})

    @property
    def reliability(self) -> tuple[Bin, ...]:
        """What was said against what came, in fifths of probability; those without a statement are left out."""
        return tuple(_bins(self.calls))

    @property
    def by_week(self) -> tuple[WeekScore, ...]:
        """The scores of each week, against a steady pace and against last year."""
        weeks = {week: [replay for replay in self.replays if replay.week == week] for week in WEEKS}
        return tuple(_score(week, replays) for week, replays in weeks.items() if replays)


def _brier(calls: Iterable[Call]) -> float | None:
    said = [(call.probability, call.came_true) for call in calls]
    return brier(said) if said else None


def _bins(calls: Sequence[Call]) -> Iterator[Bin]:
    for low, high in pairwise(EDGES):
        inside = [call for call in calls if low <= call.probability < high or call.probability == high == 1]
        if inside:
            said, came = (fmean(values) for values in zip(*((c.probability, c.came_true) for c in inside), strict=True))
            yield Bin(low, high, len(inside), said, came)


def _score(week: int, replays: Sequence[Replay]) -> WeekScore:
    return WeekScore(
        week,
        len(replays),
        _error((replay.median, replay.actual) for replay in replays),
        _error((replay.pace, replay.actual) for replay in replays),
        _error((replay.last_year, replay.actual) for replay in replays),
        fmean(replay.covered for replay in replays),
        _brier(call for replay in replays for call in replay.calls),
    )


def _error(pairs: Iterable[tuple[float | None, float]]) -> float | None:
    shares = [abs(guess - actual) / abs(actual) for guess, actual in pairs if guess is not None and actual]
    return fmean(shares) if shares else None


def backtest(data: StoreData, laid: Mapping[str, Track], policy: Policy) -> Backtest:
    """Replay the forecast of every track at week 0, 4 and 8 of each past quarter.

    Only forecasts that speak with full confidence count (15 months of history behind them, no reason to be silent), of
    quarters whose same quarter a year before is known whole; fewer than two such quarters are too few to judge by. A
    growth is tried as the total that grows: on a known base the two are one forecast.
    """
    laid = {key: track.total for key, track in laid.items()}
    known = max((track.known for track in laid.values()), key=lambda one: one.days, default=None)
    quarters = list(past_quarters(known, data.as_of + timedelta(days=1))) if known else []
    tried = [
        one for quarter in reversed(quarters) if quarter.year_ago in quarters
        for one in _replays(data, laid, quarter, policy)
    ]  # fmt: skip
    found = Backtest(tuple(one for one in tried if isinstance(one, Replay)))
    return found if len(found.quarters) >= LEAST_QUARTERS else Backtest(reason=_too_few(tried))


def _too_few(tried: Sequence[Replay | Text]) -> Text:
    """Say why there is nothing to judge by: the forecast said nothing most of the time, or there are too few quarters."""
    silent = Counter(one for one in tried if isinstance(one, Text))
    if 2 * silent.total() <= len(tried):
        return TOO_FEW
    ((why, _),) = silent.most_common(1)
    return Text(
        f"There is nothing to judge by: the forecast kept silent. {why.en}",
        f"没有可供检验的预测：当时未作预测。{why.zh}",
    )


def _replays(data: StoreData, laid: Mapping[str, Track], quarter: Quarter, policy: Policy) -> Iterator[Replay | Text]:
    """Yield what became of each forecast that spoke with full confidence, and the reason of each that said nothing."""
    goals: dict[str, dict[Claim, float]] = {}
    for week in WEEKS:
        day = eve(quarter.period) + timedelta(weeks=week)
        for key, forecast in forecasts(data, laid, quarter.period, day).items():
            track = laid[key]
            actual, last_year = track.over(quarter.period), track.over(quarter.year_ago.period)
            if forecast.reason:
                yield forecast.reason
            if forecast.reason or forecast.low_confidence or actual is None or last_year is None:
                continue
            if week == 0:
                goals[key] = _goals(forecast, policy, rising=track.metric.better != "down")
            low, median, high = (float(forecast.quantile(p) or 0) for p in (0.1, 0.5, 0.9))
            calls = _calls(track, forecast, goals.get(key, {}) | {"growth": GROWTH * last_year}, actual)
            pace = _pace(track, quarter.period, week)
            yield Replay(key, quarter, week, low, median, high, pace, last_year, actual, tuple(calls))


def _goals(forecast: Forecast, policy: Policy, *, rising: bool) -> dict[Claim, float]:
    """The targets that would have been proposed on the eve of the quarter."""
    shares: dict[Claim, float] = {
        "committed": policy.committed, "challenging": policy.challenging, "stretch": policy.stretch,
    }  # fmt: skip
    return {claim: found for claim, p in shares.items() if (found := level(forecast, p, rising=rising)) is not None}


def _calls(track: Track, forecast: Forecast, goals: Mapping[Claim, float], actual: float) -> Iterator[Call]:
    for claim, goal in goals.items():
        at_least = claim == "growth" or track.metric.better != "down"
        probability = forecast.probability(goal, at_least=at_least)
        if probability is not None:
            yield Call(claim, probability, actual >= goal if at_least else actual <= goal)


def _pace(track: Track, period: Period, week: int) -> float | None:
    """What a steady pace ends at: a ratio stays where it is, a total goes on by the day."""
    days = 7 * week or PACE_DAYS
    so_far = track.over(Period(period.start, period.start + timedelta(days - 1)).shifted(7 * week - days))
    return so_far if so_far is None or track.below is not None else so_far / days * period.days
