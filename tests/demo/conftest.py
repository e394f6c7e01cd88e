"""One small and one full run of the demo shops, shared by the tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from okrlib.demo import STORES, write_demo_exports
from okrlib.demo.shop import Shop
from okrlib.demo.simulate import simulate

UNTIL = date(2026, 11, 22)
SOON = date(2024, 12, 10)


@pytest.fixture(scope="session")
def shops() -> dict[str, Shop]:
    return {name: simulate(store.spec, UNTIL) for name, store in STORES.items()}


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_demo_exports(tmp_path_factory.mktemp("exports"), SOON)


def read(path: Path, encoding: str) -> pd.DataFrame:
    return pd.read_csv(path, encoding=encoding, dtype=str, keep_default_na=False)


def named(paths: list[Path], start: str) -> list[Path]:
    return [path for path in paths if path.name.startswith(start)]


def keyed(table: pd.DataFrame, column: str) -> pd.DataFrame:
    assert table[column].is_unique
    return table.set_index(column)


def in_cents(column: pd.Series) -> pd.Series:
    return column.str.removesuffix("元").str.replace(".", "", regex=False).astype("int64")
