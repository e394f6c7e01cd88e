"""The command that puts the forecast on trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from okrlib.cli.app import AsOf, StoreName, app, as_of_day, the_workbook
from okrlib.cli.data import print_rows
from okrlib.errors import DataError, ParameterError

if TYPE_CHECKING:
    from okrlib.analysis.backtest import Backtest


@app.command()
def backtest(
    store: StoreName,
    metric: Annotated[str, typer.Option(metavar="NAME", help="a metric that adds up, or a ratio of such")] = "revenue",
    as_of: AsOf = None,
) -> None:
    """Replay the forecast on a store's past quarters: whether its ranges held and its chances came true."""
    from okrlib.analysis.backtest import backtest as replay
    from okrlib.analysis.data import open_data
    from okrlib.analysis.metrics import find_metric
    from okrlib.analysis.targets import NOT_TOLD, read_policy
    from okrlib.analysis.tracks import tracks, untracked

    workbook = the_workbook()
    if why := untracked(find_metric(metric)):
        raise ParameterError(f"metric {metric!r}: {why.en}")
    data = open_data(workbook, workbook.store(store), as_of_day(as_of, workbook, store))
    laid = tracks(data, {metric: (metric, ())})
    found = replay(data, laid, read_policy(workbook))
    if found.reason:
        raise DataError(f"store {store!r}, {metric}: {(found.reason if laid else NOT_TOLD).en}")
    _say(store, metric, found)


def _say(store: str, metric: str, found: Backtest) -> None:
    quarters, replays = found.quarters, len(found.replays)
    typer.echo(f"{store} {metric}: {replays} forecasts of {len(quarters)} quarters, {quarters[0]} to {quarters[-1]}")
    typer.echo(f"80 % range: held what came in {found.covered} of {replays}")
    growth, targets = found.brier("growth"), found.brier()
    typer.echo(f"Brier score: {growth:.3f} for 5 % above last year, {targets:.3f} with the proposed targets")
    for one in found.reliability:
        typer.echo(f"said {one.said:.0%}: came true {one.came:.0%} of {one.count}")
    rows = [
        {
            "week": score.week, "error": _share(score.error), "steady_pace": _share(score.pace_error),
            "last_year": _share(score.last_year_error), "coverage": _share(score.coverage),
        }
        for score in found.by_week
    ]  # fmt: skip
    print_rows(rows, "table")


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
