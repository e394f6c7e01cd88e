"""Spark tells what DuckDB tells: of every metric, to the cent, and of all else that notebooks ask; its Java leaves no trace."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import psutil
import pytest
from nbformat import from_dict
from pydantic import ValidationError

from okrlib.analysis import answers, spark
from okrlib.analysis.data import open_data
from okrlib.analysis.facts import facts
from okrlib.analysis.metrics import CATALOGUE
from okrlib.analysis.tables import DuckTables
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.errors import DataError, ParameterError
from okrlib.stores import Store
from tests.commands import okr_alone
from tests.run.workbook import write_notebook

SHORT = ("store =", "from okrlib import open_book", "show.daily_revenue(", "show.competitors(")

pytestmark = pytest.mark.filterwarnings("ignore")  # of Spark's own libraries


@pytest.fixture(scope="module")
def java():
    """Java: what is there, else Debian's where we may install it, else skip and say why."""
    pytest.importorskip("pyspark", reason="the extra [spark] is not installed")
    if shutil.which("java") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, capture_output=True, timeout=300)
        install = ["apt-get", "install", "-y", "--no-install-recommends", "default-jre-headless"]
        subprocess.run(install, check=False, capture_output=True, timeout=600)
    if shutil.which("java") is None:
        pytest.skip("no Java here, and it cannot be installed (that needs root on Debian)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answers, "_keep", lambda *_: None)  # what DuckDB answered must not answer for Spark
        patch.setenv("MASTER", "local[1]")
        yield
        spark._session().stop()
        spark._session.cache_clear()


def told(data, metrics, by=None):
    return [
        (fact.metric, fact.segment, cents(fact.value), cents(fact.numerator), cents(fact.denominator), fact.reason)
        for fact in facts(data, QUARTER.period.until(AS_OF), metrics, by=by)
    ]


def cents(value):
    return None if value is None else round(value, 2)


def test_every_metric_is_the_same_to_the_cent(java, demo):
    store = demo.store("demo_tmall")
    here = open_data(demo, store, AS_OF)
    there = open_data(demo, store.model_copy(update={"engine": "spark"}), AS_OF)
    assert isinstance(there.tables, spark.SparkTables)
    whole = told(here, list(CATALOGUE))
    assert sum(value is not None for _, _, value, *_ in whole) > 60
    assert told(there, list(CATALOGUE)) == whole
    assert told(there, ["revenue", "refund_rate"], "category") == told(here, ["revenue", "refund_rate"], "category")
    sql = "SELECT sku, paid_at::DATE AS day, sum(paid)::DOUBLE AS paid FROM sales(?, ?) GROUP BY ALL ORDER BY 1, 2"
    span = [AS_OF - timedelta(days=7), AS_OF]
    ours, theirs = here.columns(sql, span), there.columns(sql, span)
    assert list(ours) == list(theirs)
    assert np.ma.getmaskarray(ours["sku"]).tolist() == np.ma.getmaskarray(theirs["sku"]).tolist()
    np.testing.assert_allclose(ours["paid"], theirs["paid"])
    assert np.array_equal(ours["day"].astype("datetime64[D]"), theirs["day"])


def test_the_same_names_are_other_tables_on_another_day(java, demo):
    store = demo.store("demo_tmall").model_copy(update={"engine": "spark"})
    now, before = (open_data(demo, store, day) for day in (AS_OF, AS_OF - timedelta(days=60)))
    assert now.covers.end > before.covers.end
    counts = [data.rows("SELECT count(*) FROM orders WHERE paid_at IS NOT NULL")[0][0] for data in (now, before)]
    assert counts[0] > counts[1]


def test_what_sqlglot_leaves_as_it_is_means_the_same(java):
    script = """CREATE TEMP TABLE days AS SELECT * FROM (VALUES (DATE '2026-11-16', 1, 2.50), (DATE '2026-11-17', 2, NULL),
        (DATE '2026-11-22', 3, 4.25)) AS v(day, n, price);"""
    sql = """WITH last AS MATERIALIZED (SELECT * FROM days WHERE day >= ? OR n >= ?)
    SELECT ? AS word, min(isodow(day)), max(isodow(day)), arg_max(price, n % 3), arg_max_null(price, n % 3), avg(price),
           sum(n) / 7, sum(price) / 3, (sum(n) + 1) // 2, count(*) FILTER (n > ?) FROM last WHERE n < ? -- sure?"""
    parameters = [date(2026, 11, 17), 1, "it's ?", 1, float("inf")]
    told = [make(script, Path("nowhere")).rows(sql, parameters) for make in (DuckTables, spark.SparkTables)]
    assert told[0] == told[1]
    assert told[0][0][:5] == ("it's ?", 1, 7, Decimal("2.50"), None)


def test_every_question_of_the_notebooks_has_the_same_answer(java, demo, monkeypatch):
    """Metrics are left out, they are compared above; of questions that differ in figures alone, one is asked."""
    there = dict[str, spark.SparkTables]()
    for script, kind, sql, parameters, ours in asked(demo, monkeypatch):
        tables = there.setdefault(script, spark.SparkTables(script, Path("nowhere")))
        assert counted(getattr(tables, kind)(sql, parameters)) == counted(ours), sql


def asked(demo, monkeypatch):
    """What the notebooks of a packet ask DuckDB, and what it answers."""
    found = {}
    for kind in ("rows", "columns"):
        monkeypatch.setattr(DuckTables, kind, noting(found, kind, getattr(DuckTables, kind)))
    monkeypatch.setenv("OKR_HOME", str(demo.home))
    for path in sorted(demo.notebooks.glob("0[1-6]_*.ipynb")):
        names = {"store": "demo_tmall", "quarter": str(QUARTER), "as_of": str(AS_OF), "locale": "en"}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and not {"parameters", "interactive"} & set(
                cell["metadata"].get("tags", ())
            ):
                exec("".join(cell["source"]), names)
    assert len(found) > 60
    return list(found.values())


def noting(found, kind, ask):
    def note(tables, sql, parameters=()):
        answer = ask(tables, sql, parameters)
        if not sql.startswith(("SELECT segment, (", "SELECT NULL, (")):
            form = re.sub(r"'[^']*'|\d+", "", sql)
            found.setdefault((kind, form), (tables.script, kind, sql, list(parameters), answer))
        return answer

    return note


def counted(answer):
    """Rows in no order, for only some questions want one; of fractions nine digits count."""
    rows = answer if isinstance(answer, list) else zip(*(column.tolist() for column in answer.values()), strict=True)
    return Counter(tuple(map(plain, row)) for row in rows)


def plain(value):
    if isinstance(value, float | Decimal):
        return float(f"{value:.9g}")
    return value.date() if isinstance(value, datetime) and not value.hour else value


def test_a_store_without_orders_is_told_as_ever(java, demo, tmp_path):
    store = demo.store("demo_tmall").model_copy(update={"store": "empty", "engine": "spark"})
    with pytest.raises(DataError, match="no orders in the lake yet"):
        open_data(demo, store, AS_OF)


def test_a_packet_is_the_same_and_java_is_gone_with_it(java, demo, tmp_path, monkeypatch):
    """Of one short notebook, for each asks in a kernel of its own; what the others ask is compared above."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    assert packet(demo, tmp_path / "spark", "spark") == packet(demo, tmp_path / "duckdb", "duckdb")
    wait_until(lambda: not javas(temporary))
    wait_until(lambda: not list(temporary.iterdir()))


def packet(demo, home, engine):
    """What a packet that is made by `engine` tells, pictures included."""
    shutil.copytree(demo.home, home, ignore=shutil.ignore_patterns(".okr", "reports", "exports"))
    for path in home.glob("notebooks/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        path.unlink()
        if path.name.startswith("01"):
            write_notebook(path, *(from_dict(cell) for cell in cells if "".join(cell["source"]).startswith(SHORT)))
    with (home / "params" / "stores" / "demo_tmall.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"engine: {engine}\n")
    done = okr_alone(home, "run", QUARTER, "--store", "demo_tmall", "--as-of", AS_OF, "--locale", "en")
    assert (done.code, done.err.strip()) == (0, "")
    folder = home / "reports" / str(QUARTER) / "demo_tmall"
    assert json.loads((folder / "manifest.en.json").read_text(encoding="utf-8"))["warnings"] == []
    page = (folder / "packet.en.html").read_text(encoding="utf-8")
    return page[page.index("<main") : page.index("</main>")]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_java_ends_with_a_killed_kernel(java, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = "import time; from okrlib.analysis import spark; spark._session(); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as kernel:
        assert kernel.stdout.readline() == b"up\n"
        assert javas(tmp_path)
        kernel.kill()
    wait_until(lambda: not javas(tmp_path))


def javas(temporary):
    """The processes of Java that have their temporary files there."""
    told = ((one.info["name"], " ".join(one.info["cmdline"] or ())) for one in psutil.process_iter(["name", "cmdline"]))
    return [line for name, line in told if name == "java" and str(temporary) in line]


def wait_until(true, seconds=20):
    ends = monotonic() + seconds
    while not true():
        assert monotonic() < ends, "waited in vain"
        sleep(0.1)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(spark, "import_module", missing)
    with pytest.raises(ParameterError, match=r"pip install 'okrlib\[spark\]'"):
        spark._session.__wrapped__()


@pytest.mark.parametrize(("name", "value"), [("SPARK_REMOTE", "sc://spark:15002"), ("MASTER", "sc://spark:15002")])
def test_spark_connect_is_refused_with_what_to_name_instead(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ParameterError, match=r"Spark Connect \(sc://spark:15002\).*spark://HOST:7077"):
        spark._session.__wrapped__()


_WARNED = """WARNING: Using incubator modules: jdk.incubator.vector
Using Spark's default log4j profile: org/apache/spark/log4j2-defaults.properties
26/11/25 15:57:53 WARN Utils: Set SPARK_LOCAL_IP if you need to bind to another address

"""


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            f"{_WARNED}Exception in thread: Master must start with spark\n\tat Main",
            "Exception in thread: Master must start with spark",
        ),
        (
            "spark-class: line 71: java: No such file or directory\n",
            "spark-class: line 71: java: No such file or directory",
        ),
        (_WARNED, "Java gateway process exited"),
    ],
)
def test_why_spark_does_not_start_is_told_and_not_what_java_warns_of(said, why):
    assert spark._reason(said, RuntimeError("Java gateway process exited\nmore")) == why
    assert spark._reason("", RuntimeError()) == "RuntimeError"


def test_another_engine_is_refused(demo):
    settings = demo.store("demo_tmall").model_dump() | {"engine": "abacus"}
    with pytest.raises(ValidationError, match="'duckdb' or 'spark'"):
        Store.model_validate(settings)


def test_decimals_and_gaps_come_as_columns():
    column = spark._masked([Decimal("1.5"), None])
    assert (column[0], column.mask.tolist()) == (1.5, [False, True])
