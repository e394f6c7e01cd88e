"""The same SQL on Spark, over the same files of the lake: for stores that outgrow one machine; extra ``[spark]``.

A store whose settings say ``engine: spark`` is asked there: on the cluster that the environment's MASTER names, if it
sees the workbook under the same path, else on all cores of this machine. The SQL is DuckDB's, translated.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from importlib import import_module
from itertools import pairwise
from math import isinf
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO, Any

import numpy as np

from okrlib.analysis.answers import Answers
from okrlib.analysis.tables import Columns, Rows
from okrlib.errors import DataError, ParameterError

_MASTER = "MASTER"  # as Spark's own shells read it
_CONNECT = "SPARK_REMOTE"
_ASIDE = re.compile(
    r"$|WARNING:|Using Spark's default|Setting default log level|To adjust logging|\S+ \S+ (WARN|INFO) "
)
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "false",  # nothing by nothing is no number, as in DuckDB
    "spark.sql.shuffle.partitions": "4",
}
_ALONE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.local.dir": "{temporary}",
    # A killed Java leaves its files, so they lie where kernels' files do; it lives too briefly to gain from compiling twice.
    "spark.driver.extraJavaOptions": '-Djava.io.tmpdir="{temporary}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
}
_WITH_NULLS = {"arg_min_null": "min_by", "arg_max_null": "max_by"}
_MACRO = re.compile(r"CREATE TEMP MACRO (\w+)\(a, b\) AS TABLE\s+(.*)", re.DOTALL)


class SparkTables:
    """Tables that `script`, DuckDB's SQL, makes in Spark; answers are kept in `folder`."""

    def __init__(self, script: str, folder: Path) -> None:
        self.script, self.answers = script, Answers(folder, f"spark\n{script}")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        """Return the rows; decimals stay decimals."""
        return self.answers.to(f"{sql}\n{parameters!r}", lambda: self._spark.rows(sql, parameters)[1])

    def columns(self, sql: str, parameters: Sequence[Any] = ()) -> Columns:
        """Return the columns by name; what is NULL is masked."""
        return self.answers.to(f"columns\n{sql}\n{parameters!r}", lambda: self._columns(sql, parameters))

    def _columns(self, sql: str, parameters: Sequence[Any]) -> Columns:
        names, rows = self._spark.rows(sql, parameters)
        return {name: _masked([row[place] for row in rows]) for place, name in enumerate(names)}

    @cached_property
    def _spark(self) -> _Translated:
        return _Translated(_session(), self.script)


def _masked(values: list[Any]) -> np.ma.MaskedArray[Any, Any]:
    gaps = [value is None for value in values]
    some = next((value for value in values if value is not None), 0.0)
    if isinstance(some, str):
        return np.ma.masked_array(np.array(values, object), gaps)
    kind = "datetime64[D]" if hasattr(some, "isoformat") else float
    return np.ma.masked_array(np.array([some if value is None else value for value in values], kind), gaps)


@cache
def _session() -> Any:
    try:
        sql: Any = import_module("pyspark.sql")
        import_module("sqlglot")
    except ImportError:
        raise ParameterError(
            "engine: spark needs the extra: pip install 'okrlib[spark]'",
            "engine: spark 需要安装扩展：pip install 'okrlib[spark]'",
        ) from None
    master = os.environ.get(_MASTER, "local[*]")
    connect = os.environ.get(_CONNECT) or (master if master.startswith("sc://") else "")
    if connect:
        raise ParameterError(
            f"engine: spark does not speak Spark Connect ({connect}): unset {_CONNECT}, and let {_MASTER} name a cluster "
            "such as spark://HOST:7077",
            f"engine: spark 不支持 Spark Connect（{connect}）：请取消 {_CONNECT}，并用 {_MASTER} 指定集群，例如 spark://HOST:7077",
        )
    builder = sql.SparkSession.builder.appName("okrlib").master(master)
    for name, value in _SETTINGS.items() | (_ALONE.items() if master.startswith("local") else set()):
        builder = builder.config(name, value.format(temporary=gettempdir()))
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)  # rows need no pandas
    with _stderr_aside() as said:
        try:
            return builder.getOrCreate()
        except Exception as bad:  # noqa: BLE001  # Java, the gateway to it and Spark each have their own
            said.seek(0)
            why = _reason(said.read().decode(errors="replace"), bad)
            raise DataError(
                f"engine: spark does not start ({why}); is Java 17 or later there?",
                f"Spark 无法启动（{why}），请确认已安装 Java 17 或更高版本",
            ) from None


def _reason(said: str, bad: Exception) -> str:
    """Return the first line that tells why Java ended, else the exception's: Java warns of other things before."""
    told = (line.strip() for line in (*said.splitlines(), *str(bad).splitlines(), type(bad).__name__))
    return next(line for line in told if not _ASIDE.match(line))


@contextmanager
def _stderr_aside() -> Iterator[IO[bytes]]:
    """Give Java a file for what it tells as it starts, and later: a notebook would show it as warnings."""
    with TemporaryFile() as said:
        own = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield said
        finally:
            os.dup2(own, 2)
            os.close(own)


def _filled(sql: str, parameters: Sequence[Any]) -> str:
    """Return the SQL with its values in place of the question marks: once parsed, WITH stands behind what it precedes."""
    import sqlglot  # noqa: PLC0415  # only where Spark is asked

    marks = [token.start for token in sqlglot.tokenize(sql, read="duckdb") if token.text == "?"]
    ends = [-1, *marks, len(sql)]
    pieces = [sql[before + 1 : after] for before, after in pairwise(ends)]
    values = [_literal(value) for value in parameters]
    return "".join(part for pair in zip(pieces, [*values, ""], strict=True) for part in pair)


def _literal(value: Any) -> str:
    from sqlglot import exp  # noqa: PLC0415  # only where Spark is asked

    if isinstance(value, float) and isinf(value):
        return f"CAST('{value}' AS DOUBLE)"
    return str(exp.convert(list(value) if isinstance(value, tuple) else value).sql("duckdb"))


def _in_spark(node: Any) -> Any:
    """Return a piece of a query so that it means in Spark what it means in DuckDB, where sqlglot knows no better."""
    from sqlglot import exp  # noqa: PLC0415  # only where Spark is asked

    match node:
        case exp.CTE():
            node.set("materialized", None)
        case exp.DayOfWeekIso():
            return exp.paren(exp.func("WEEKDAY", node.this) + 1)
        case exp.Div() | exp.Avg():  # of decimals Spark would give a decimal, cut off
            for name, part in {"this": node.this, "expression": node.args.get("expression")}.items():
                node.set(name, part and exp.cast(part, "DOUBLE"))
        case exp.ArgMax() | exp.ArgMin():  # DuckDB looks only where there is something to return
            node.set("expression", exp.case().when(node.this.copy().is_(exp.null()).not_(), node.expression))
        case exp.Anonymous() if node.name.lower() in _WITH_NULLS:
            return exp.Anonymous(this=_WITH_NULLS[node.name.lower()], expressions=node.expressions)
    return node


class _Translated:
    """A Spark session in which the tables of a script of DuckDB's are made as they are asked for."""

    def __init__(self, session: Any, script: str) -> None:
        self.session = session.newSession()  # the same names are other tables on another day
        self.macros, self.unmade = dict[str, Any](), dict[str, Any]()
        self.schema: dict[str, object] = {}
        for statement in filter(str.strip, re.split(r";\s*\n", script)):
            self._note(re.sub(r"--[^\n]*", "", statement).strip())

    def rows(self, sql: str, parameters: Sequence[Any]) -> tuple[list[str], Rows]:
        """Return the names of the columns, and the rows, that a query of DuckDB's gives."""
        import sqlglot  # noqa: PLC0415  # only where Spark is asked

        query = sqlglot.parse_one(_filled(sql, parameters), read="duckdb")
        found = self.session.sql(self._translated(query))
        return found.columns, [tuple(row) for row in found.collect()]

    def _note(self, statement: str) -> None:
        """Note the query of a macro, or how a table is made when it is first asked for: a notebook may need few of them."""
        import sqlglot  # noqa: PLC0415  # only where Spark is asked

        if macro := _MACRO.fullmatch(statement):
            self.macros[macro[1]] = sqlglot.parse_one(macro[2], read="duckdb")
        else:
            made: Any = sqlglot.parse_one(statement, read="duckdb")
            self.unmade[made.find(sqlglot.exp.Table).name] = made.expression

    def _make(self, name: str) -> None:
        query = self.unmade.pop(name)
        self._read_files(query)
        frame = self.session.sql(self._translated(query))
        if not name.startswith("raw_"):
            frame = frame.localCheckpoint()  # or each question would plan anew how it was made
        frame.createOrReplaceTempView(name)
        self.schema[name] = dict(frame.dtypes)

    def _read_files(self, query: Any) -> None:
        """Put a view of the files in place of each `read_parquet`."""
        from sqlglot import exp  # noqa: PLC0415  # only where Spark is asked

        for call in list(query.find_all(exp.ReadParquet)):
            paths = [path.this for path in call.expressions[0].expressions]
            name = f"files_{len(self.schema)}"
            frame = self.session.read.option("mergeSchema", "true").parquet(*paths)
            frame.createOrReplaceTempView(name)
            self.schema[name] = dict(frame.dtypes)
            call.parent.replace(exp.to_table(name))

    def _translated(self, query: Any) -> str:
        from sqlglot import exp  # noqa: PLC0415  # only where Spark is asked
        from sqlglot.optimizer.qualify import qualify  # noqa: PLC0415  # only where Spark is asked

        expanded = self._expanded(query)
        for name in {table.name for table in expanded.find_all(exp.Table)}:
            if name in self.unmade:
                self._make(name)
        whole = qualify(
            expanded, schema=self.schema, dialect="duckdb", validate_qualify_columns=False,
            quote_identifiers=False, identify=False,
        )  # fmt: skip
        return str(whole.transform(_in_spark).sql("spark"))

    def _expanded(self, query: Any) -> Any:
        """Put the query of a macro, with its two moments, in place of each call."""
        from sqlglot import exp  # noqa: PLC0415  # only where Spark is asked

        for table in list(query.find_all(exp.Table)):
            call = table.this
            macro = self.macros.get(call.name.lower()) if isinstance(call, exp.Anonymous) else None
            if macro is None:
                continue
            moments: Mapping[str, Any] = dict(zip("ab", call.expressions, strict=True))
            body = self._expanded(macro.copy())
            for column in list(body.find_all(exp.Column)):
                if not column.table and column.name in moments:
                    column.replace(moments[column.name].copy())
            table.replace(body.subquery(table.alias or call.name))
        return query
