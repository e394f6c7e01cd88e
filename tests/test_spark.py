"""Spark tells what DuckDB tells, of every metric, to the cent."""

import os
import shutil
import subprocess
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from pydantic import ValidationError

from okrlib.analysis import answers, spark
from okrlib.analysis.data import open_data
from okrlib.analysis.facts import facts
from okrlib.analysis.metrics import CATALOGUE
from okrlib.demo.scene import AS_OF, QUARTER
from okrlib.errors import DataError, ParameterError
from okrlib.stores import Store

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


def test_a_store_without_orders_is_told_as_ever(java, demo, tmp_path):
    store = demo.store("demo_tmall").model_copy(update={"store": "empty", "engine": "spark"})
    with pytest.raises(DataError, match="no orders in the lake yet"):
        open_data(demo, store, AS_OF)


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
