"""``okr backtest``: what it says, and the exit code when it cannot."""

import pytest

from tests.analysis.seasons import make_seasonal_shop
from tests.commands import okr


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return make_seasonal_shop(tmp_path_factory.mktemp("trial")).home


def test_the_forecast_is_put_on_trial(home):
    done = okr(home, "backtest", "shop", "--as-of", "2026-08-15")
    assert (done.code, done.err) == (0, "")
    assert "shop revenue: 15 forecasts of 5 quarters, 2025Q2 to 2026Q2" in done.out
    assert "80 % range: held what came in" in done.out
    assert "steady_pace" in done.out
    earlier = okr(home, "backtest", "shop", "--as-of", "2026-03-31", "--metric", "refund_rate")
    assert "shop refund_rate: 12 forecasts of 4 quarters, 2025Q2 to 2026Q1" in earlier.out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--as-of", "2025-06-30"), 1, "cannot be put on trial yet"),
        (("--metric", "stock_value"), 2, "metric 'stock_value': It is read as it stands"),
        (("--metric", "buyers"), 1, "do not tell it day by day"),
        (("--metric", "revenues"), 2, "did you mean revenue"),
        (("--metric", "refund_rate", "--as-of", "2024-01-05"), 1, "do not tell it"),
    ],
)
def test_what_cannot_be_tried_is_one_line(home, words, code, says):
    done = okr(home, "backtest", "shop", *words)
    assert done.code == code
    assert says in done.one_line
