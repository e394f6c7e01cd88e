"""BG/NBD and Gamma-Gamma against the published CDNOW figures (Fader, Hardie & Lee 2005; Fader & Hardie 2013)."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from okrlib.analysis.lifetime import BgNbd, History, fit_bg_nbd, fit_gamma_gamma

CDNOW = Path(__file__).parents[3] / "shared" / "data" / "cdnow"
needs_cdnow = pytest.mark.skipif(not CDNOW.is_dir(), reason="the CDNOW sample is not part of this repository")
PUBLISHED = BgNbd(0.2426, 4.4135, 0.7929, 2.4258, -9582.43)


def history(*rows):
    """Buyers as (again, last, watched, spent)."""
    return History(*np.array(rows, dtype=float).T)


@needs_cdnow
def test_bg_nbd_finds_the_published_parameters():
    table = np.genfromtxt(CDNOW / "cdnow_customers_summary.csv", delimiter=",", skip_header=1)
    rows = History(*table[:, 1:4].T, np.full(len(table), np.nan))
    found = fit_bg_nbd(rows)
    assert len(rows) == 2357
    assert (round(found.r, 4), round(found.alpha, 4), round(found.a, 4), round(found.b, 4)) == (
        0.2426, 4.4135, 0.7929, 2.4258,
    )  # fmt: skip
    assert round(found.log_likelihood, 2) == -9582.43
    one = history((2, 30.43, 38.86, np.nan))
    assert found.orders(one, 39)[0] == pytest.approx(1.22591, abs=5e-6)
    assert round(found.p_alive(one)[0], 4) == 0.7266


def repeated_money():
    """Mean money of the days with a purchase after the first, in the first 39 weeks, buyer by buyer."""
    days = defaultdict(float)
    for row in (CDNOW / "CDNOW_sample.txt").read_text().splitlines():
        _, buyer, day, _, money = row.split()
        if day < "19971001":
            days[buyer, day] += float(money)
    spent = defaultdict(list)
    for buyer, day in sorted(days):
        spent[buyer].append(days[buyer, day])
    return [(len(money) - 1, 0, 39, np.mean(money[1:])) for money in spent.values() if len(money) > 1]


@needs_cdnow
def test_gamma_gamma_finds_the_published_parameters():
    rows = repeated_money()
    found = fit_gamma_gamma(history(*rows))
    assert len(rows) == 946
    assert (round(found.p, 2), round(found.q, 3), round(found.v, 3)) == (6.25, 3.744, 15.444)
    # The maximum itself, where the three derivatives vanish to 20 digits: 6.249572, 3.744225, 15.443521.
    assert (found.p, found.q, found.v) == pytest.approx((6.249572, 3.744225, 15.443521), rel=3e-6)


def test_a_single_purchase_leaves_a_buyer_alive_and_a_long_silence_hardly():
    rows = history((0, 0, 40, np.nan), (6, 39, 40, 20), (6, 8, 40, 20))
    alive = PUBLISHED.p_alive(rows)
    assert alive[0] == 1
    assert alive[1] > 0.85
    assert alive[2] < 0.1


def test_expected_orders_begin_at_nothing_and_grow():
    rows = history((0, 0, 10, np.nan), (3, 9, 10, 20))
    assert PUBLISHED.orders(rows, 0) == pytest.approx([0, 0], abs=1e-9)
    assert (PUBLISHED.orders(rows, 8) < PUBLISHED.orders(rows, 16)).all()


def test_bg_nbd_finds_what_drew_the_buyers():
    rng = np.random.default_rng(7)
    drawn = history(*(_buyer(rng) for _ in range(4000)))
    found = fit_bg_nbd(drawn)
    assert found.r / found.alpha == pytest.approx(0.8 / 8, rel=0.12)
    assert found.a / (found.a + found.b) == pytest.approx(0.25, abs=0.06)


def _buyer(rng):
    rate, leaves, now, again = rng.gamma(0.8, 1 / 8), rng.beta(1.5, 4.5), 0.0, 0
    while (after := now + rng.exponential(1 / rate)) <= 52:
        now, again = after, again + 1
        if rng.random() < leaves:
            break
    return again, now, 52, 1


def test_money_expected_lies_between_the_buyers_own_and_the_average():
    rng = np.random.default_rng(3)
    scale = rng.gamma(4, 1 / 60, 500)
    rows = history(
        *((n, 1, 2, rng.gamma(6 * n, 1 / s) / n) for n, s in zip(rng.integers(1, 9, 500), scale, strict=True))
    )
    found = fit_gamma_gamma(rows)
    average = found.p * found.v / (found.q - 1)
    for more, spent in ((2, 20), (2, 400)):
        (told,) = found.per_order(history((more, 1, 2, spent)))
        assert min(spent, average) < told < max(spent, average)
    assert found.per_order(history((0, 0, 2, np.nan)))[0] == pytest.approx(average)


def test_nobody_came_back_so_there_is_no_model():
    once = history(*[(0, 0, 10, np.nan)] * 30)
    assert fit_bg_nbd(once) is None
    assert fit_gamma_gamma(once) is None
