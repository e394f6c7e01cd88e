"""A store read from its database instead of files: the same checks, the same lake. SQLite, and PostgreSQL itself."""

import os
import shutil
import sqlite3
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from okrlib.errors import DataError, ParameterError
from okrlib.ingest.read import ingest
from tests.commands import okr

pytest.importorskip("sqlalchemy")

MAKE = """
CREATE TABLE sale (number VARCHAR(20), customer VARCHAR(80), at TIMESTAMP, state VARCHAR(20), total NUMERIC(10, 2));
INSERT INTO sale VALUES ('A1', 'Anna Schmidt', '2026-07-01 09:30:00', 'completed', 1234.50);
INSERT INTO sale VALUES ('A2', 'Anna Schmidt', '2026-07-02 10:00:00', 'unpaid', 80);
INSERT INTO sale VALUES ('A3', NULL, '2026-07-03 10:00:00', 'paid', 0.10);
"""
BAD = "INSERT INTO sale VALUES ('A4', 'Bob', '2026-07-04 10:00:00', 'lost', 1);"
SOURCE = """
source:
  url: {url}
  tables:
    orders: >-
      SELECT number AS order_id, customer AS buyer, at AS ordered_at, at AS paid_at, state AS status,
      total AS order_amount, total AS paid_amount FROM sale ORDER BY number
max_bad_share: 0.5
"""


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """The address of a private PostgreSQL, from Debian's packages, gone after the tests."""
    if os.geteuid() != 0 or shutil.which("runuser") is None:
        pytest.skip("starting PostgreSQL as its own user takes root")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not found and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], capture_output=True, check=False)
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not found:
        pytest.skip("PostgreSQL is not installed and could not be")
    folder = Path(subprocess.check_output(["runuser", "-u", "postgres", "--", "mktemp", "-d"], text=True).strip())
    control = ["runuser", "-u", "postgres", "--", str(found[-1]), "-s", "-D", str(folder / "data"), "-w"]
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    subprocess.run([*control, "initdb", "-o", "--no-sync -A trust"], cwd=folder, check=True, capture_output=True)
    subprocess.run(
        [*control, "start", "-o", options, "-l", str(folder / "log")], cwd=folder, check=True, stdout=subprocess.DEVNULL
    )
    yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    subprocess.run([*control, "stop", "-m", "immediate"], cwd=folder, check=True)
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    """The address of a database with the table of sales, and a way to run SQL in it."""
    from sqlalchemy import create_engine, text

    url = f"sqlite:///{tmp_path}/shop.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    engine = create_engine(url)

    def run(script):
        with engine.begin() as connection:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(text(statement))

    run("DROP TABLE IF EXISTS sale;" + MAKE)
    yield url, run
    engine.dispose()


def test_the_rows_of_a_query_become_orders(stall, database):
    stall.settings(SOURCE.format(url=database[0]))
    (done,) = ingest(stall.workbook, stall.store, []).files
    assert (done.file, done.layout, done.encoding, done.rows_used) == ("orders", "database.orders", "database", 3)
    assert stall.rows("orders", "order_id", "status", "paid_amount", "currency", "source_file", "source_line") == [
        ("A1", "completed", Decimal("1234.50"), "CNY", "orders", 1),
        ("A2", "unpaid", Decimal(80), "CNY", "orders", 2),
        ("A3", "paid", Decimal("0.10"), "CNY", "orders", 3),
    ]
    one, other, none = (buyer for (_, buyer) in stall.rows("orders", "order_id", "buyer"))
    assert one == other != "Anna Schmidt"
    assert none is None


def test_what_has_not_changed_is_known_and_what_has_is_the_last_word(stall, database):
    stall.settings(SOURCE.format(url=database[0]))
    ingest(stall.workbook, stall.store, [])
    assert ingest(stall.workbook, stall.store, []).known == ["orders"]
    database[1]("UPDATE sale SET state = 'refunded' WHERE number = 'A1'")
    assert len(ingest(stall.workbook, stall.store, []).files) == 1
    assert stall.rows("orders", "order_id", "status")[0] == ("A1", "refunded")


def test_a_bad_row_is_rejected_by_table_and_row(stall, database):
    database[1](BAD)
    stall.settings(SOURCE.format(url=database[0]))
    assert ingest(stall.workbook, stall.store, []).rejected == 1
    ((file, line, column, value, reason),) = stall.rejects()
    assert (file, line, column, value) == ("orders", 4, "status", "lost")
    assert reason.startswith("unknown status; known: ")


def test_what_the_database_says_against_it_is_one_line_without_the_address(stall, database):
    stall.settings(SOURCE.format(url=database[0]).replace("FROM sale", "FROM sales"))
    with pytest.raises(DataError, match=r"source\.tables\.orders: .*sales") as caught:
        ingest(stall.workbook, stall.store, [])
    assert "\n" not in str(caught.value)
    assert database[0] not in str(caught.value)


@pytest.fixture
def shop_db(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(MAKE)
    connection.close()
    return f"sqlite:///{tmp_path}/shop.db"


def test_columns_that_the_table_does_not_have_are_named(stall, shop_db):
    stall.settings(SOURCE.format(url=shop_db).replace("AS paid_at", "AS payed_at"))
    with pytest.raises(DataError, match=r"source\.tables\.orders: 'payed_at' is no column of it; expected order_id, "):
        ingest(stall.workbook, stall.store, [])
    stall.settings(SOURCE.format(url=shop_db).replace("at AS ordered_at, ", ""))
    with pytest.raises(DataError, match="'ordered_at' is missing"):
        ingest(stall.workbook, stall.store, [])


def test_the_address_may_come_from_the_environment(stall, shop_db, monkeypatch):
    stall.settings(SOURCE.format(url="env:SHOP_DATABASE"))
    with pytest.raises(ParameterError, match="the environment has no SHOP_DATABASE"):
        ingest(stall.workbook, stall.store, [])
    monkeypatch.setenv("SHOP_DATABASE", shop_db)
    done = okr(stall.workbook.home, "ingest", "stall")
    assert (done.code, done.err) == (0, "")
    assert "3 rows: 3 used" in done.out
