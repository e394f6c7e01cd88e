import hashlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from okrlib.demo import LAST_DAY, STORES, export_dates, write_demo_exports
from okrlib.demo.cells import spoil
from okrlib.errors import ParameterError
from okrlib.periods import Period

DIGESTS = """
import hashlib, sys
from datetime import date
from pathlib import Path
from okrlib.demo import write_demo_exports
for files in write_demo_exports(Path(sys.argv[1]), date(2024, 8, 3)).values():
    for path in files:
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def digests(folder: Path, until: date) -> list[str]:
    files = [path for paths in write_demo_exports(folder, until).values() for path in paths]
    return [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]


def test_the_same_day_gives_the_same_bytes_in_another_process_with_another_hash_seed(tmp_path):
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "7",
        "TZ": "Pacific/Auckland",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", DIGESTS, str(tmp_path / "other")]
    other = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.splitlines() == digests(tmp_path / "here", date(2024, 8, 3))


def test_every_file_is_returned_and_lies_in_its_stores_folder(exports):
    assert list(exports) == ["demo_tmall", "demo_shopify"]
    for name, files in exports.items():
        assert sorted(files) == sorted(files[0].parent.iterdir())
        assert files[0].parent.name == name


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2024-06-01", [("2024-06-01", "2024-06-01", "2024-06-01")]),
        ("2024-07-20", [("2024-06-01", "2024-06-30", "2024-07-01"), ("2024-06-01", "2024-07-20", "2024-07-20")]),
        ("2024-07-25", [("2024-06-01", "2024-06-30", "2024-07-25"), ("2024-07-01", "2024-07-25", "2024-07-25")]),
        (
            "2024-11-22",
            [
                ("2024-06-01", "2024-06-30", "2024-07-25"),
                ("2024-07-01", "2024-09-30", "2024-10-25"),
                ("2024-10-01", "2024-10-31", "2024-11-01"),
                ("2024-10-01", "2024-11-22", "2024-11-22"),
            ],
        ),
    ],
)
def test_export_dates(until, expected):
    dates = [
        (Period(*map(date.fromisoformat, (start, end))), date.fromisoformat(taken)) for start, end, taken in expected
    ]
    assert export_dates(date(2024, 6, 1), date.fromisoformat(until)) == dates


@pytest.mark.parametrize("until", [date(2024, 5, 31), date(2031, 1, 1)])
def test_a_day_that_cannot_be_simulated_is_refused(tmp_path, until):
    with pytest.raises(ParameterError, match=f"until {until}: .* from 2024-06-01 to {LAST_DAY}"):
        write_demo_exports(tmp_path, until)


def test_the_first_day_alone_can_be_written(tmp_path):
    files = write_demo_exports(tmp_path, date(2024, 6, 1))
    assert all(len(paths[0].read_bytes().splitlines()) > 5 for paths in files.values())
    assert all(len(path.read_bytes().splitlines()) > 1 for paths in files.values() for path in paths)


def test_slips_stand_in_the_hasty_export_alone(exports):
    for name, files in exports.items():
        hasty = [path for path in files if "20241201" in path.name][:1]
        for _, _, slip in STORES[name].slips:
            assert [path for path in files if slip.encode(STORES[name].encoding) in path.read_bytes()] == hasty


def test_slips_are_at_most_five():
    assert sum(len(store.slips) for store in STORES.values()) <= 5


def test_spoil_takes_the_first_filled_plain_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'name,paid\r\nx,\r\n"a,b",1\r\ny,2\r\nz,3\r\n')
    spoil(path, "utf-8", [(1, "paid", "N/A")])
    assert path.read_bytes() == b'name,paid\r\nx,\r\n"a,b",1\r\ny,N/A\r\nz,3\r\n'


def test_names_say_that_everything_is_invented(exports):
    orders = exports["demo_tmall"][0].read_bytes().decode("gb18030").splitlines()[1:]
    assert all("演示买家" in line and "演示数据" in line and "'100" in line for line in orders)
    rows = exports["demo_shopify"][0].read_text(encoding="utf-8").splitlines()[1:]
    firsts = [row for row in rows if "@" in row]
    assert firsts
    assert all("@example.com" in row and "Demo Buyer" in row for row in firsts)
