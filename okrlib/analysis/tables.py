"""Where SQL about one store is answered: DuckDB, opened when a question comes that has no answer yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
from numpy.typing import NDArray

from okrlib.analysis.answers import Answers
from okrlib.lake import connect

Rows = list[tuple[Any, ...]]
Columns = Mapping[str, NDArray[Any]]


class Tables(Protocol):
    """One store's tables, which answer DuckDB's SQL with ``?`` for `parameters`."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        """Return the rows; decimals stay decimals."""

    def columns(self, sql: str, parameters: Sequence[Any] = ()) -> Columns:
        """Return the columns by name; what is NULL is masked."""


class DuckTables:
    """Tables that `script` makes in DuckDB; answers are kept in `folder`."""

    def __init__(self, script: str, folder: Path) -> None:
        self.script, self.answers = script, Answers(folder, f"duckdb {duckdb.__version__}\n{script}")

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The tables, made when first needed.

        One thread per notebook gives the most packets a second; what DuckDB has freed goes back to the system at once, for
        many kernels live side by side.
        """
        con = connect(threads=1)
        con.execute("SET allocator_flush_threshold = '1MB'; SET allocator_bulk_deallocation_flush_threshold = '1MB'")
        con.execute(self.script)
        return con

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        """Return the rows; decimals stay decimals."""
        return self.answers.to(f"{sql}\n{parameters!r}", lambda: self.con.execute(sql, list(parameters)).fetchall())

    def columns(self, sql: str, parameters: Sequence[Any] = ()) -> Columns:
        """Return the columns by name; what is NULL is masked."""
        return self.answers.to(f"columns\n{sql}\n{parameters!r}", lambda: self._columns(sql, parameters))

    def _columns(self, sql: str, parameters: Sequence[Any]) -> Columns:
        found = self.con.execute(sql, list(parameters)).fetchnumpy()
        return {name: np.ma.asanyarray(one) for name, one in found.items()}
