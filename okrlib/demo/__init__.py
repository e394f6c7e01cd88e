"""An invented tea-ware business, simulated from a seed and exported as its two platforms would export it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from okrlib.demo import around, shopify, tmall
from okrlib.demo.around import platform, traffic
from okrlib.demo.around.world import SHOPIFY as SHOPIFY_WORLD
from okrlib.demo.around.world import TMALL as TMALL_WORLD
from okrlib.demo.around.world import World
from okrlib.demo.catalogue import SHOPIFY, TMALL
from okrlib.demo.cells import spoil
from okrlib.demo.shop import Shop, ShopSpec
from okrlib.demo.simulate import run_year
from okrlib.errors import ParameterError
from okrlib.periods import Period, Quarter

Writer = Callable[[Shop, Path], list[Path]]
"""Writes one export of a shop into a folder, in one platform's layout, and returns the files, orders first."""


@dataclass(frozen=True, slots=True)
class DemoStore:
    """A shop, the layout it is exported in, and the slips in its one hasty export: (line, column, what is there)."""

    spec: ShopSpec
    write: Writer
    write_products: Callable[[Shop, Path], Path]
    encoding: str
    slips: tuple[tuple[int, str, str], ...]
    world: World


STORES: Mapping[str, DemoStore] = {
    "demo_tmall": DemoStore(
        TMALL,
        tmall.write_tmall,
        tmall.write_products,
        tmall.ENCODING,
        (
            (101, "订单创建时间", "0000-00-00 00:00:00"),
            (202, "总金额", "N/A"),
            (303, "订单状态", "待人工核实"),
        ),
        TMALL_WORLD,
    ),
    "demo_shopify": DemoStore(
        SHOPIFY,
        shopify.write_shopify,
        shopify.write_products,
        shopify.ENCODING,
        ((101, "Created at", "0000-00-00 00:00:00 +0000"), (202, "Total", "N/A")),
        SHOPIFY_WORLD,
    ),
}
SETTLED = timedelta(days=25)  # after a quarter: every refund is through and every parcel received
LAST_DAY = date(2030, 12, 31)  # the festival tables end here


def write_demo_exports(folder: Path, until: date) -> dict[str, list[Path]]:
    """Write both stores' exports up to and including the day `until` into ``folder/<store>/``; return the files.

    The same `until` gives the same bytes. A day outside the simulated years is a ParameterError.
    """
    return {name: write_store(store, folder / name, until) for name, store in STORES.items()}


def write_store(store: DemoStore, folder: Path, until: date) -> list[Path]:
    """Write the exports a merchant would have by `until`, in the order they were taken, and its products."""
    opened = store.spec.opened
    if not opened <= until <= LAST_DAY:
        raise ParameterError(f"until {until}: the demo shops can be simulated from {opened} to {LAST_DAY}")
    later = run_year(store.spec, until)
    shop, files = later.known(Period(opened, until), until), list[Path]()
    for created, taken in export_dates(opened, until):
        written = store.write(shop.known(created, taken), folder)
        if created.end < taken < created.end + SETTLED:
            spoil(written[0], store.encoding, store.slips)
        files += written
    files.append(store.write_products(shop, folder))
    if store.world.overall:
        files.append(platform.write_overview(traffic.overall(shop, store.world), folder))
        if shop.orders["received"].notna().any():
            files.append(platform.write_settlement(shop, folder))
    return [*files, *around.write_around(shop, later, store.world, folder)]


def export_dates(opened: date, until: date) -> list[tuple[Period, date]]:
    """Return which orders were exported when: settled quarters, the months since in haste, and all of them on `until`.

    The last export repeats the orders of the hasty one with later statuses and refunds: its word counts.
    """
    exports, quarter = list[tuple[Period, date]](), Quarter.of(opened)
    while quarter.end + SETTLED <= until:
        exports.append((Period(max(opened, quarter.start), quarter.end), quarter.end + SETTLED))
        quarter = quarter.next
    start, month = max(opened, quarter.start), until.replace(day=1)
    if start < month < until:
        exports.append((Period(start, month - timedelta(days=1)), month))
    return [*exports, (Period(start, until), until)]
